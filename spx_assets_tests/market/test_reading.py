"""The one shape of observations, and their one order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets.market.reading import OBSERVATION_DTYPES, in_order, no_observations, observations_of, together


def dtypes_of(frame: pd.DataFrame) -> dict[str, str]:
    """Columns and dtypes as text."""
    return {str(name): str(kind) for name, kind in frame.dtypes.items()}


def test_no_observations_have_every_column_in_its_type() -> None:
    """The empty table has the shape of any other."""
    assert dtypes_of(no_observations()) == dict(OBSERVATION_DTYPES)


def test_observations_are_dated_by_the_release_rule() -> None:
    """Without instants of its own a value is known when the catalogue says."""
    dates = pd.DatetimeIndex(["2018-12-31"])
    frame = observations_of("vix_close", dates, np.array([25.42]), "cboe")
    assert dtypes_of(frame) == dict(OBSERVATION_DTYPES)
    assert frame["known_at"][0] == pd.Timestamp("2018-12-31 21:15", tz="UTC")


def test_given_instants_stand() -> None:
    """A vintage's own instant replaces the rule."""
    instant = pd.DatetimeIndex(["2019-01-31 13:30"], tz="UTC")
    dates = pd.DatetimeIndex(["2018-12-01"])
    frame = observations_of("core_cpi", dates, np.array([260.0]), "alfred", known_at=instant)
    assert frame["known_at"][0] == instant[0]


def test_nothing_together_is_the_empty_table() -> None:
    """No parts give no rows, in the right types."""
    assert dtypes_of(together([])) == dict(OBSERVATION_DTYPES)


def test_equal_content_is_in_equal_order() -> None:
    """Rows come out in one order however they went in."""
    dates = pd.DatetimeIndex(["2018-12-28", "2018-12-31"])
    frame = together(
        observations_of(name, dates, np.array([20.0, 21.0]), "s") for name in ("wti", "vix_close", "fed_funds")
    )
    shuffled = frame.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(in_order(shuffled), frame)
    assert list(frame["series"].unique()) == ["fed_funds", "vix_close", "wti"]
