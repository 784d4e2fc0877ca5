"""Tables of skill."""

from __future__ import annotations

from spx_assets.reporting import Findings, tables
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.labels import number, p_value


def test_scoreboard_shows_the_numbers_of_the_scores(made: Findings) -> None:
    """Every score and test stands in its cell, rounded, with its sign."""
    assert not isinstance(made.scores, Absent)
    table = tables.scoreboard(made.scores)
    ridge = made.scores[2]
    assert table.rows[2][1:4] == ("ridge", f"{ridge.forecasts:,}", f"{100 * ridge.r2_os:+.2f}".replace("-", "−"))
    assert table.rows[2][4:] == (
        f"{ridge.rmse_ratio:.4f}",
        number(ridge.clark_west, 2, signed=True),
        p_value(ridge.clark_west_p),
        number(ridge.diebold_mariano, 2, signed=True),
        p_value(ridge.diebold_mariano_p),
        number(ridge.pesaran_timmermann, 2, signed=True),
        p_value(ridge.pesaran_timmermann_p),
        f"{100 * ridge.hit_rate:.1f}",
        f"{100 * ridge.always_up_rate:.1f}",
    )


def test_the_benchmark_has_no_skill_to_test(made: Findings) -> None:
    """Against itself the mean has neither R² nor a test: dashes."""
    assert not isinstance(made.scores, Absent)
    mean = tables.scoreboard(made.scores).rows[0]
    assert (mean[3], *mean[5:11]) == ("–",) * 7


def test_deployed_rows_are_strong_and_horizons_named_once(made: Findings) -> None:
    """A reader finds what serves, and where each horizon begins."""
    assert not isinstance(made.scores, Absent)
    table = tables.scoreboard(made.scores)
    assert table.strong == {0, 3, 6}
    assert table.ruled == {3, 6}
    assert [row[0] for row in table.rows] == ["1 session", "", "", "5 sessions", "", "", "21 sessions", "", ""]


def test_comparisons_show_p_values_and_who_is_out(made: Findings) -> None:
    """A row for each horizon, a row for each model; the last counts the set."""
    assert not isinstance(made.comparisons, Absent)
    ability = tables.superior_ability(made.comparisons)
    assert [row[5] for row in ability.rows] == [p_value(one.p_value) for one in made.comparisons]
    assert [row[8] for row in ability.rows] == [p_value(one.p_of_all_tried) for one in made.comparisons]
    sets = tables.confidence_sets(made.comparisons)
    for place, one in enumerate(made.comparisons, 1):
        for row, standing in zip(sets.rows, one.standings, strict=False):
            assert row[place].endswith("out") is not standing.within
        assert sets.rows[-1][place] == f"{len(one.survivors)} of {len(one.standings)}"


def test_stability_has_a_row_for_each_part(made: Findings) -> None:
    """With its own count and score."""
    assert not isinstance(made.stretches, Absent)
    rows = tables.stability(made.stretches).rows
    assert [row[4] for row in rows] == [f"{one.forecasts:,}" for one in made.stretches]
    assert [row[5] for row in rows] == [number(100 * one.r2_os, 2, signed=True) for one in made.stretches]
    assert "calm third of volatility" in {row[3] for row in rows}
    assert [row[2] for row in rows if row[2]] == ["no"] * 3
