"""The return that followed, as it was first known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.features import first_known_returns

DAYS = pd.to_datetime(["2024-01-02", "2024-01-03", "2024-01-04"])


def _closes(*rows: tuple[int, float, str]) -> pd.DataFrame:
    days, values, instants = zip(*rows, strict=True)
    known_at = pd.to_datetime(list(instants), utc=True)
    return pd.DataFrame({"series": "spx_close", "date": DAYS[list(days)], "value": values, "known_at": known_at})


def _span(origin: int, target: int) -> pd.DataFrame:
    return pd.DataFrame({"origin": [DAYS[origin]], "target_session": [DAYS[target]], "horizon": [target - origin]})


@pytest.mark.parametrize("horizon", [1, 5, 21])
def test_it_is_the_target_of_the_cleaned_data(horizon: int, observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """Equal to the bit on every session, and known at its close."""
    sessions = cleaned["session"].to_numpy()
    spans = pd.DataFrame({"origin": sessions[:-horizon], "target_session": sessions[horizon:], "horizon": horizon})

    found = first_known_returns(observations, spans)

    np.testing.assert_array_equal(cleaned[f"target_{horizon}"].to_numpy()[:-horizon], found["realised"])
    assert (found["realised_at"].dt.tz_convert("America/New_York").dt.hour == 16).all()


def test_a_span_that_has_not_closed_has_no_return() -> None:
    """Neither one whose origin was never known."""
    closes = _closes((0, 100.0, "2024-01-02 21:00"), (1, 110.0, "2024-01-03 21:00"))

    found = first_known_returns(closes, pd.concat([_span(0, 1), _span(1, 2), _span(2, 2)], ignore_index=True))

    assert found["origin"].tolist() == [DAYS[0]]


def test_a_revision_changes_nothing_that_was_known() -> None:
    """The target as first published, the origin as known at that instant: revised before, not after."""
    closes = _closes(
        (0, 100.0, "2024-01-02 21:00"),
        (0, 101.0, "2024-01-03 12:00"),
        (0, 102.0, "2024-01-05 12:00"),
        (1, 110.0, "2024-01-03 21:00"),
        (1, 111.0, "2024-01-04 12:00"),
    )

    (found,) = first_known_returns(closes, _span(0, 1)).to_dict("records")

    assert found["realised"] == pytest.approx(np.log(110 / 101), abs=1e-15)
    assert found["realised_at"] == pd.Timestamp("2024-01-03 21:00", tz="UTC")


def test_a_close_that_came_late_counts_from_when_it_came() -> None:
    """An origin published after its target is known when both are."""
    closes = _closes((0, 100.0, "2024-01-09 12:00"), (1, 110.0, "2024-01-03 21:00"))

    (found,) = first_known_returns(closes, _span(0, 1)).to_dict("records")

    assert found["realised_at"] == pd.Timestamp("2024-01-09 12:00", tz="UTC")
    assert found["realised"] == pytest.approx(np.log(1.1), abs=1e-15)


def test_nothing_asked_is_nothing_found(observations: pd.DataFrame) -> None:
    """An empty table, with its columns."""
    found = first_known_returns(observations, _span(0, 1).head(0))

    assert [*_span(0, 1), "realised", "realised_at"] == list(found)
    assert found.empty
