"""The report's tables, from findings to cells of text: units in the heads, a dash where there is no number."""

from __future__ import annotations

from spx_assets.features import FEATURES
from spx_assets.reporting.card import Card
from spx_assets.reporting.labels import feature_label, model_label, number, sessions
from spx_assets.reporting.outlook import Interval, NextForecast, Outlook
from spx_assets.reporting.provenance import Window
from spx_assets.reporting.scoreboard import Score
from spx_assets.reporting.table import Column, Table


def next_forecasts(finding: Outlook) -> Table:
    """The coming sessions: log returns in %, and what they mean for the index."""
    columns = (
        Column("horizon", "left"),
        Column("target\nsession", "left"),
        Column("model", "left"),
        Column("forecast,\n%"),
        Column("mean so\nfar, %"),
        Column("50 % interval,\n%"),
        Column("90 % interval,\n%"),
        Column("index at\nforecast"),
        Column("index, 90 %\ninterval"),
        Column("skill"),
    )
    return Table(columns, tuple(_next_row(finding, one) for one in finding.forecasts))


def _next_row(finding: Outlook, one: NextForecast) -> tuple[str, ...]:
    wide = one.interval(0.9)
    return (
        sessions(one.horizon),
        str(one.target),
        model_label(one.model),
        number(one.forecast, 2, signed=True),
        number(one.benchmark, 2, signed=True),
        _range(one.interval(0.5)),
        _range(wide),
        number(finding.index_level(one.forecast), 0),
        "–"
        if wide is None or finding.close is None
        else f"{number(finding.index_level(wide.low), 0)} to {number(finding.index_level(wide.high), 0)}",
        "yes" if one.skill else "none",
    )


def _range(interval: Interval | None) -> str:
    if interval is None:
        return "–"
    return f"{number(interval.low, 2, signed=True)} to {number(interval.high, 2, signed=True)}"


def scoreboard(rows: tuple[Score, ...]) -> Table:
    """Every model of every horizon beside the historical mean; the deployed one is bold."""
    columns = (
        Column("horizon", "left"),
        Column("model", "left"),
        Column("forecasts"),
        Column("R² out of\nsample, %"),
        Column("RMSE\nratio"),
        Column("MAE,\n%"),
        Column("Clark–\nWest"),
        Column("p"),
        Column("hit rate,\n%"),
        Column("always\nup, %"),
        Column("coverage\n(90 %), %"),
        Column("width\n(90 %), %"),
    )
    cells = tuple(_score_row(rows, place) for place in range(len(rows)))
    deployed = frozenset(place for place, row in enumerate(rows) if row.deployed)
    return Table(columns, cells, deployed, frozenset(place for place in range(1, len(rows)) if cells[place][0]))


def _score_row(rows: tuple[Score, ...], place: int) -> tuple[str, ...]:
    row = rows[place]
    first = place == 0 or rows[place - 1].horizon != row.horizon
    return (
        sessions(row.horizon) if first else "",
        model_label(row.model),
        f"{row.forecasts:,}",
        "–" if row.benchmark else number(100 * row.r2_os, 2, signed=True),
        number(row.rmse_ratio, 4),
        number(100 * row.mae, 3),
        "–" if row.benchmark else number(row.clark_west, 2, signed=True),
        "–" if row.benchmark else number(row.clark_west_p, 3),
        number(100 * row.hit_rate, 1),
        number(100 * row.always_up_rate, 1),
        number(100 * row.coverage_90, 1),
        number(100 * row.mean_width_90, 2),
    )


def data_window(finding: Window) -> Table:
    """What the report rests on."""
    span = f"{finding.first_session} to {finding.last_session}" if finding.sessions else "none"
    rows = (
        ("Sessions of cleaned data", f"{finding.sessions:,}"),
        ("First and last session", span),
        ("Features of each session", str(finding.features)),
        ("Observations behind them", f"{finding.observations:,} of {finding.series} series"),
        ("Newest observation became known", finding.known_until or "–"),
    )
    return Table((Column("", "left"), Column("", "left")), rows)


def fitted_models(card: Card) -> Table:
    """What is deployed and how it was fitted."""
    columns = (
        Column("horizon", "left"),
        Column("deployed", "left"),
        Column("settings", "left", wrap=True),
        Column("trained on sessions", "left"),
        Column("R² in\nsample, %"),
        Column("R² out of\nsample, %"),
    )
    rows = tuple(
        (
            sessions(one.horizon),
            model_label(one.model),
            one.hyperparameters or "–",
            f"{one.first_session} to {one.last_session}" if one.first_session else "–",
            number(100 * one.train_r2, 2, signed=True),
            number(100 * one.test_r2, 2, signed=True),
        )
        for one in card.fitted
    )
    return Table(columns, rows)


def versions(rows: tuple[tuple[str, str], ...]) -> Table:
    """Asset and version, whole, so that it can be looked up in the store."""
    return Table((Column("asset", "left"), Column("version", "left")), rows)


def features(names: tuple[str, ...]) -> Table:
    """What each feature measures, in which unit; features the schema does not know are left out."""
    columns = (Column("feature", "left"), Column("what it is", "left", wrap=True), Column("unit", "left"))
    rows = (
        (feature_label(name), FEATURES[name].description, FEATURES[name].unit) for name in names if name in FEATURES
    )
    return Table(columns, tuple(rows))
