"""Tables of the data: the window, each series, each feature, and the leakage audit."""

from __future__ import annotations

from spx_assets.features import FEATURES
from spx_assets.reporting.completeness import FeatureGap
from spx_assets.reporting.coverage import SeriesCoverage
from spx_assets.reporting.labels import feature_label, number, period, series_label
from spx_assets.reporting.leakage import Examined
from spx_assets.reporting.provenance import Window
from spx_assets.reporting.table import Column, Table


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


def series(finding: tuple[SeriesCoverage, ...]) -> Table:
    """Each series' stretch of time, what it lacks, and its revisions."""
    columns = (
        Column("series", "left"),
        Column("unit", "left"),
        Column("frequency", "left"),
        Column("first", "left"),
        Column("last", "left"),
        Column("sources"),
        Column("dates"),
        Column("without\na value"),
        Column("gaps"),
        Column("revised\nvalues"),
        Column("largest\nrevision, %"),
    )
    rows = (
        (
            series_label(one.name),
            one.unit or "–",
            one.frequency or "–",
            period(one.first, one.frequency),
            period(one.last, one.frequency),
            str(one.sources),
            f"{one.dates:,}",
            "–" if one.missing is None else f"{one.missing:,}",
            str(one.gaps),
            f"{one.revisions:,}",
            number(100 * one.largest_revision, 2),
        )
        for one in finding
    )
    return Table(columns, tuple(rows))


def features(gaps: tuple[FeatureGap, ...]) -> Table:
    """What each feature measures, in which unit, where it is missing; unknown to the schema, it is left out."""
    columns = (
        Column("feature", "left"),
        Column("what it is", "left", wrap=True),
        Column("unit", "left"),
        Column("known since", "left"),
        Column("sessions\nwithout it"),
        Column("un-\nchanged"),
    )
    rows = (
        (
            feature_label(gap.name),
            FEATURES[gap.name].description,
            FEATURES[gap.name].unit,
            str(gap.first or "–"),
            f"{gap.missing:,}",
            f"{gap.unchanged:,}",
        )
        for gap in gaps
        if gap.name in FEATURES
    )
    return Table(columns, tuple(rows))


def audit(rows: tuple[Examined, ...]) -> Table:
    """What was asked, of how much, and what was found; examinations that found something are bold."""
    columns = (
        Column("examination", "left"),
        Column("question", "left", wrap=True),
        Column("looked at", "left"),
        Column("leaks found", "left", wrap=any(one.findings for one in rows)),
    )
    cells = tuple(
        (one.name.replace("_", " "), one.question, one.looked_at, "; ".join(one.findings) or "none") for one in rows
    )
    return Table(columns, cells, frozenset(place for place, one in enumerate(rows) if one.findings))
