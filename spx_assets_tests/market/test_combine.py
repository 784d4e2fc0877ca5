"""Readings in order of preference: who gives what, and what is said where they differ."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets.market.combine import AGREEMENT, combined
from spx_assets.market.reading import DISAGREEMENT, Reading, observations_of, together


def reading(source: str, series: str, values: dict[str, float], **unasked: str) -> Reading:
    """One series of one source."""
    dates, amounts = pd.DatetimeIndex(list(values)), np.array(list(values.values()), dtype=float)
    asked_from = {name: pd.Timestamp(day) for name, day in unasked.items()}
    return Reading(observations_of(series, dates, amounts, source), (), (source,), unasked=asked_from)


def taken(result: Reading) -> list[tuple[str, float, str]]:
    """Dates, values and sources."""
    rows = result.observations.itertuples()
    return [(f"{row.date:%m-%d}", row.value, row.source) for row in rows]


A = reading("a", "wti", {"2024-01-02": 70.0, "2024-01-04": 72.0})
B = reading("b", "wti", {"2024-01-02": 70.5, "2024-01-03": 71.0, "2024-01-04": 72.0})


def test_gaps_come_from_the_next() -> None:
    """The first stands wherever it has a value."""
    assert taken(combined([A, B])) == [("01-02", 70.0, "a"), ("01-03", 71.0, "b"), ("01-04", 72.0, "a")]
    assert taken(combined([B, A])) == [("01-02", 70.5, "b"), ("01-03", 71.0, "b"), ("01-04", 72.0, "b")]


def test_a_disagreement_is_a_row_and_a_sentence() -> None:
    """Both values, both sources; nothing is averaged."""
    result = combined([A, B])
    assert list(result.disagreements.columns) == DISAGREEMENT
    assert result.disagreements.to_numpy().tolist() == [["wti", pd.Timestamp("2024-01-02"), 70.0, 70.5, "a", "b"]]
    assert result.repairs == ("b: 1 values of wti differ from an earlier source's, which stand",)


def test_rounding_is_agreement() -> None:
    """Yahoo's single precision against FRED's cents."""
    near = reading("b", "wti", {"2024-01-02": 70.0 * (1 + AGREEMENT / 2)})
    assert combined([A, near]).disagreements.empty


def test_a_value_is_compared_with_the_one_that_stands() -> None:
    """Of three sources the third is compared with the first where the first has the date, else with the second."""
    third = reading("c", "wti", {"2024-01-02": 70.5, "2024-01-03": 71.5})
    pairs = combined([A, B, third]).disagreements[["first_source", "second_source"]].to_numpy().tolist()
    assert pairs == [["a", "b"], ["a", "c"], ["b", "c"]]


def test_vintages_of_the_first_source_stay_together() -> None:
    """A date is one source's with all its vintages; the newest is what is compared."""
    instants = pd.DatetimeIndex(["2024-01-10", "2024-02-10"], tz="UTC")
    dates = pd.DatetimeIndex(["2024-01-02", "2024-01-02"])
    rows = observations_of("wti", dates, np.array([69.0, 70.0]), "v", known_at=instants)
    result = combined([Reading(rows, (), ("v",)), A])
    assert taken(result) == [("01-02", 69.0, "v"), ("01-02", 70.0, "v"), ("01-04", 72.0, "a")]
    assert result.disagreements.empty


def test_dates_that_were_not_asked_for_are_no_gaps() -> None:
    """A preferred source asked only from the 4th stands by what is held before: the next must not rewrite it."""
    asked_late = reading("a", "wti", {"2024-01-04": 72.0}, wti="2024-01-04")
    result = combined([asked_late, B, reading("c", "vix_close", {"2024-01-02": 13.2})])
    assert taken(result) == [("01-02", 13.2, "c"), ("01-04", 72.0, "a")]
    assert result.unasked == {"wti": pd.Timestamp("2024-01-04")}


def test_where_two_were_asked_late_the_later_date_holds() -> None:
    """The first stands by its dates to the 3rd, the second by its own to the 4th: no date before is gone."""
    first = reading("a", "wti", {"2024-01-03": 71.0}, wti="2024-01-03")
    second = reading("b", "wti", {"2024-01-05": 73.0}, wti="2024-01-05")
    assert combined([first, second]).unasked == {"wti": pd.Timestamp("2024-01-05")}
    assert combined([second, first]).unasked == {"wti": pd.Timestamp("2024-01-05")}


def test_one_reading_is_itself() -> None:
    """Nothing is lost or added."""
    pd.testing.assert_frame_equal(combined([A]).observations, together([A.observations]))


def test_validators_of_all_are_kept() -> None:
    """Each URL's own."""
    first = Reading(A.observations, validators={"u": ("1", "")})
    second = Reading(B.observations, validators={"w": ("2", "")})
    assert combined([first, second]).validators == {"u": ("1", ""), "w": ("2", "")}
