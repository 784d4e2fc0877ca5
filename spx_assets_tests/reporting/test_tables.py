"""The report's tables as cells of text."""

from __future__ import annotations

from dataclasses import replace

from spx_assets.reporting import Findings, tables
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.card import read_card
from spx_assets.reporting.provenance import Window


def test_scoreboard_shows_the_numbers_of_the_scores(made: Findings) -> None:
    """Every score stands in its cell, rounded, with its sign."""
    assert not isinstance(made.scores, Absent)
    table = tables.scoreboard(made.scores)
    ridge = made.scores[2]
    assert table.rows[2][1:4] == ("ridge", f"{ridge.forecasts:,}", f"{100 * ridge.r2_os:+.2f}".replace("-", "−"))
    assert table.rows[2][4] == f"{ridge.rmse_ratio:.4f}"
    assert table.rows[2][8:10] == (f"{100 * ridge.hit_rate:.1f}", f"{100 * ridge.always_up_rate:.1f}")


def test_the_benchmark_has_no_skill_to_test(made: Findings) -> None:
    """Against itself the mean has neither R² nor a test: dashes."""
    assert not isinstance(made.scores, Absent)
    mean = tables.scoreboard(made.scores).rows[0]
    assert (mean[3], mean[6], mean[7]) == ("–", "–", "–")


def test_deployed_rows_are_strong_and_horizons_named_once(made: Findings) -> None:
    """A reader finds what serves, and where each horizon begins."""
    assert not isinstance(made.scores, Absent)
    table = tables.scoreboard(made.scores)
    assert table.strong == {0, 3, 6}
    assert table.ruled == {3, 6}
    assert [row[0] for row in table.rows] == ["1 session", "", "", "5 sessions", "", "", "21 sessions", "", ""]


def test_next_forecasts_give_returns_and_index_levels(made: Findings) -> None:
    """Log returns in per cent, and what they mean for the index."""
    assert not isinstance(made.outlook, Absent)
    first = tables.next_forecasts(made.outlook).rows[0]
    assert first[:4] == ("1 session", "2016-12-05", "historical mean", "+0.03")
    assert first[7] == f"{made.outlook.index_level(0.03):,.0f}"
    assert first[9] == "none"


def test_missing_intervals_and_closes_are_dashes(made: Findings) -> None:
    """No interval, no range; no close, no level."""
    assert not isinstance(made.outlook, Absent)
    bare = replace(made.outlook.forecasts[0], intervals=())
    row = tables.next_forecasts(replace(made.outlook, close=None, forecasts=(bare,))).rows[0]
    assert row[5:9] == ("–", "–", "–", "–")


def test_an_empty_window_is_dashes() -> None:
    """Nothing is claimed of empty tables."""
    rows = dict(tables.data_window(Window(0, None, None, 28, 0, 0, "")).rows)
    assert rows["First and last session"] == "none"
    assert rows["Newest observation became known"] == "–"


def test_versions_are_printed_whole(made: Findings) -> None:
    """A version can be looked up as printed."""
    assert ("raw_market", "0123456789abcdef") in tables.versions(made.versions).rows


def test_fitted_models_without_details_are_dashes() -> None:
    """What the card does not say is a dash."""
    row = tables.fitted_models(read_card({"horizons": {"1": {"model": "ridge"}}})).rows[0]
    assert row == ("1 session", "ridge", "–", "–", "–", "–")


def test_features_are_explained_with_their_unit(made: Findings) -> None:
    """Each feature the schema knows has its meaning; an unknown one is left out."""
    rows = tables.features((*made.features, "unheard_of")).rows
    assert len(rows) == len(made.features)
    assert ("VIX level", "VIX, last known close", "% per year") in rows
