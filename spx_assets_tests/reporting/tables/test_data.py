"""Tables of the data and of the audit."""

from __future__ import annotations

from spx_assets.reporting import Findings, tables
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.completeness import FeatureGap
from spx_assets.reporting.leakage import Examined
from spx_assets.reporting.provenance import Window


def test_an_empty_window_is_dashes() -> None:
    """Nothing is claimed of empty tables."""
    rows = dict(tables.data_window(Window(0, None, None, 28, 0, 0, "")).rows)
    assert rows["First and last session"] == "none"
    assert rows["Newest observation became known"] == "–"


def test_series_have_dates_gaps_and_revisions(made: Findings) -> None:
    """One row for each, in the catalogue's order."""
    assert not isinstance(made.coverage, Absent)
    rows = tables.series(made.coverage).rows
    width = {"daily": len("2018-11-30"), "monthly": len("2018-11")}
    assert [row[3:5] for row in rows] == [
        tuple(f"{day}"[: width[one.frequency]] for day in (one.first, one.last)) for one in made.coverage
    ]
    close = next(row for row in rows if row[0] == "S&P 500 close")
    assert close[5:10] == ("1", "700", "0", "0", "1")
    assert next(row for row in rows if row[0] == "WTI")[7:] == ("117", "1", "0", "–")


def test_features_are_explained_with_their_unit_and_what_is_missing(made: Findings) -> None:
    """Each feature the schema knows has its meaning; an unknown one is left out."""
    table = tables.features((*made.completeness, FeatureGap("unheard_of", 0, None, 0)))
    rows = table.rows
    assert table.columns[-1].head == "un-\nchanged"
    assert len(rows) == len(made.completeness)
    assert ("VIX level", "VIX, last known close", "% per year", "2014-03-31", "0", "0") in rows


def test_leaks_are_bold_and_named() -> None:
    """What was found stands in its row."""
    table = tables.audit((Examined("placebo", "Q?", "4", ()), Examined("canary_row", "R?", "1", ("a: b", "c: d"))))
    assert table.rows == (("placebo", "Q?", "4", "none"), ("canary row", "R?", "1", "a: b; c: d"))
    assert table.strong == {1}
