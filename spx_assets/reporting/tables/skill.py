"""Tables of skill: scores beside the historical mean, comparisons of many, and parts of the past."""

from __future__ import annotations

from spx_assets.reporting.comparison import Comparison
from spx_assets.reporting.labels import listed, model_label, number, p_value, sessions, yes_or_no
from spx_assets.reporting.scoreboard import Score
from spx_assets.reporting.stability import Stretch
from spx_assets.reporting.table import Column, Table

NONE = "–"


def scoreboard(rows: tuple[Score, ...]) -> Table:
    """Every model of every horizon beside the historical mean; the deployed one is bold."""
    columns = (
        Column("horizon", "left"),
        Column("model", "left"),
        Column("fore-\ncasts"),
        Column("R² out of\nsample, %"),
        Column("RMSE\nratio"),
        Column("Clark–\nWest"),
        Column("\np"),
        Column("Diebold–\nMariano"),
        Column("\np"),
        Column("Pesaran–\nTimmermann"),
        Column("\np"),
        Column("hit\nrate, %"),
        Column("always\nup, %"),
    )
    cells = tuple(_score_row(rows, place) for place in range(len(rows)))
    deployed = frozenset(place for place, row in enumerate(rows) if row.deployed)
    return Table(columns, cells, deployed, _starts(cells))


def _score_row(rows: tuple[Score, ...], place: int) -> tuple[str, ...]:
    row = rows[place]
    first = place == 0 or rows[place - 1].horizon != row.horizon
    tests = (
        (row.clark_west, row.clark_west_p),
        (row.diebold_mariano, row.diebold_mariano_p),
        (row.pesaran_timmermann, row.pesaran_timmermann_p),
    )
    judged = [cell for value, p in tests for cell in (number(value, 2, signed=True), p_value(p))]
    return (
        sessions(row.horizon) if first else "",
        model_label(row.model),
        f"{row.forecasts:,}",
        NONE if row.benchmark else number(100 * row.r2_os, 2, signed=True),
        number(row.rmse_ratio, 4),
        *([NONE] * len(judged) if row.benchmark else judged),
        number(100 * row.hit_rate, 1),
        number(100 * row.always_up_rate, 1),
    )


def _starts(cells: tuple[tuple[str, ...], ...]) -> frozenset[int]:
    """Rows that begin a group, named in their first cell."""
    return frozenset(place for place in range(1, len(cells)) if cells[place][0])


def superior_ability(rows: tuple[Comparison, ...]) -> Table:
    """Hansen's test per horizon, whether the best of the candidates is more than luck."""
    columns = (
        Column("horizon", "left"),
        Column("outcomes"),
        Column("candidates\nevaluated"),
        Column("ever\ntried"),
        Column("strongest candidate", "left"),
        Column("p,\nconsistent"),
        Column("p, lower\nbound"),
        Column("p, upper\nbound"),
        Column("p, for all\ntried"),
    )
    return Table(columns, tuple(_ability_row(row) for row in rows))


def _ability_row(row: Comparison) -> tuple[str, ...]:
    return (
        sessions(row.horizon),
        NONE if row.outcomes is None else f"{row.outcomes:,}",
        str(row.candidates),
        str(row.tried),
        model_label(row.best) if row.best else NONE,
        p_value(row.p_value),
        p_value(row.p_lower),
        p_value(row.p_upper),
        p_value(row.p_of_all_tried),
    )


def confidence_sets(rows: tuple[Comparison, ...]) -> Table:
    """Models as rows, their p-value of belonging to the best per horizon; in the set where it says so."""
    names = list(dict.fromkeys(standing.model for row in rows for standing in row.standings))
    columns = (Column("model", "left"), *(Column(f"p, {sessions(row.horizon)}") for row in rows))
    found = [{standing.model: standing for standing in row.standings} for row in rows]
    cells = []
    for name in names:
        standings = [by_model.get(name) for by_model in found]
        shown = [NONE if one is None else f"{p_value(one.p_value)}{'' if one.within else ' out'}" for one in standings]
        cells.append((model_label(name), *shown))
    kept = ("in the set", *(listed([str(len(row.survivors)), str(len(row.standings))], last="of") for row in rows))
    return Table(columns, (*cells, kept), frozenset({len(cells)}), frozenset({len(cells)}))


def stability(rows: tuple[Stretch, ...]) -> Table:
    """Each horizon's best candidate in parts of its forecasts."""
    columns = (
        Column("horizon", "left"),
        Column("candidate", "left"),
        Column("serves", "left"),
        Column("part", "left"),
        Column("forecasts"),
        Column("R² out of\nsample, %"),
        Column("Clark–\nWest p"),
        Column("hit\nrate, %"),
        Column("always\nup, %"),
    )
    cells = tuple(_stretch_row(rows, place) for place in range(len(rows)))
    return Table(columns, cells, frozenset(), _starts(cells))


def _stretch_row(rows: tuple[Stretch, ...], place: int) -> tuple[str, ...]:
    row = rows[place]
    first = place == 0 or rows[place - 1].horizon != row.horizon
    part = {"all": "all forecasts", "decade": row.period}.get(row.split, f"{row.period} third of volatility")
    return (
        sessions(row.horizon) if first else "",
        model_label(row.model) if first else "",
        yes_or_no(row.deployed) if first else "",
        part,
        f"{row.forecasts:,}",
        number(100 * row.r2_os, 2, signed=True),
        p_value(row.clark_west_p),
        number(100 * row.hit_rate, 1),
        number(100 * row.always_up_rate, 1),
    )
