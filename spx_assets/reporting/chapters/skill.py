"""The chapters on skill: scores and tests, forecasts beside what came, many compared at once, parts of the past."""

from __future__ import annotations

import math
from collections.abc import Iterator

from spx_assets.forecasting.comparison import CONFIDENCE
from spx_assets.reporting import tables
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Block, Paragraph, TableBlock, section
from spx_assets.reporting.chapters import Plates
from spx_assets.reporting.chapters.opening import errors_lead
from spx_assets.reporting.comparison import Comparison
from spx_assets.reporting.findings import Findings
from spx_assets.reporting.labels import listed, model_label, number, p_value, sessions

SIGNIFICANT = 0.05


def skill(findings: Findings, plates: Plates) -> Iterator[Block]:
    """Every candidate beside the historical mean, and the error saved through time."""
    yield section("Is there skill?")
    if not isinstance(findings.scores, Absent):
        yield TableBlock(
            "Scores out of sample, every candidate beside the historical mean",
            tables.scoreboard(findings.scores),
            "Bold: deployed. Each forecast used only what was known at its origin. All p-values are one-sided: small "
            "speaks for the candidate. A dash is a test that is undefined, such as of signs where the forecast never "
            "changes its own. The terms are explained at the end.",
        )
    if not errors_lead(plates):
        yield plates["error_difference"]


def beside(_findings: Findings, plates: Plates) -> Iterator[Block]:
    """The forecasts and what came."""
    yield section("Forecasts and outcomes")
    yield plates["forecast_realised"]
    yield plates["forecast_scatter"]


def comparison(findings: Findings, _plates: Plates) -> Iterator[Block]:
    """Superior predictive ability and the model confidence set."""
    yield section("Is the best more than luck?")
    if isinstance(findings.comparisons, Absent):
        yield Paragraph(findings.comparisons.sentence)
        return
    *others, last = findings.comparisons
    for row in others:
        yield Paragraph(compared(row), space_after=3.0)
    yield Paragraph(compared(last), space_after=12.0)
    yield TableBlock(
        "Superior predictive ability (Hansen 2005)",
        tables.superior_ability(findings.comparisons),
        "Small p: the strongest candidate beats the mean by more than the luck of the best of those evaluated. The "
        "lower bound counts only candidates ahead of the mean, the upper all of them alike. Last, the consistent p "
        "times what was ever tried over what is evaluated now (Bonferroni): the sentences above go by it.",
    )
    yield TableBlock(
        f"Model confidence set, {number(100 * CONFIDENCE, 0)} % (Hansen, Lunde and Nason 2011)",
        tables.confidence_sets(findings.comparisons),
        "The set holds the best model with the probability named; “out” marks those the data rule out. Many left "
        "mean that the data are inconclusive, not that the models are good.",
    )


def compared(row: Comparison) -> str:
    """What the comparison of one horizon says, in words."""
    horizon = f"{sessions(row.horizon)} ahead"
    if math.isnan(row.p_value):
        return f"{horizon}: no comparison{f', since {row.undefined}' if row.undefined else ''}."
    lead = "more than luck explains" if row.p_of_all_tried < SIGNIFICANT else "no more than luck explains"
    left = f"{len(row.survivors)} of {len(row.standings)} models"
    names = listed([model_label(name) for name in row.survivors])
    return (
        f"{horizon}: the strongest candidate, {model_label(row.best)}, is ahead of the mean by {lead} "
        f"(p = {p_value(row.p_of_all_tried)}); the data cannot tell {left} from the best ({names})."
        if row.p_value < 1
        else f"{horizon}: no candidate is ahead of the mean; the data cannot tell {left} from the best ({names})."
    )


def stability(findings: Findings, plates: Plates) -> Iterator[Block]:
    """Decades, thirds of volatility and rolling years."""
    yield section("Does it hold over time?")
    yield plates["stability"]
    yield plates["rolling_skill"]
    if not isinstance(findings.stretches, Absent):
        yield TableBlock("The best candidate in parts of its forecasts", tables.stability(findings.stretches))
