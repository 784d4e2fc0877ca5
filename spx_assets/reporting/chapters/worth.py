"""The chapter on economic value: what acting on the forecasts would have been worth."""

from __future__ import annotations

from collections.abc import Iterator

from spx_assets.reporting import tables
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Block, Paragraph, TableBlock, section
from spx_assets.reporting.chapters import Plates
from spx_assets.reporting.findings import Findings
from spx_assets.reporting.labels import listed, number, sessions
from spx_assets.reporting.worth import FEWEST_PERIODS, EconomicWorth, Worth

USUAL_COST_BP = 5.0


def worth(findings: Findings, plates: Plates) -> Iterator[Block]:
    """The plain answer, the figure, the table."""
    yield section("What would it have been worth?")
    found = findings.worth
    if not isinstance(found, Absent):
        yield Paragraph(answer(found))
    yield plates["economic_value"]
    if not isinstance(found, Absent):
        low, high = found.weights
        yield TableBlock(
            "Economic value of the best candidate, net of costs",
            tables.economic_value(found),
            f"An investor with risk aversion {number(found.risk_aversion, 0)} holds the index with a weight between "
            f"{number(low, 1)} and {number(high, 1)}, changed every horizon, cash earning nothing (Neely, Rapach, Tu "
            "and Zhou 2014). Deflated Sharpe: probability that the ratio beats the best that "
            f"{found.trials:,} {'trial' if found.trials == 1 else 'trials'} without skill would show (Bailey and López "
            "de Prado 2014); above 0.95 reads “not by luck”, but much of any ratio is that of holding the index: read "
            f"it beside that of the mean. Intervals need {FEWEST_PERIODS} changes.",
        )


def answer(found: EconomicWorth) -> str:
    """Whether any gain stays above zero at the usual cost, and whether any loss stays below."""
    usual = [row for row in found.rows if row.cost_bp == USUAL_COST_BP] or list(found.rows)
    gained = [row for row in usual if row.gain_low > 0]
    lost = [row for row in usual if row.gain_high < 0]
    open_still = [row for row in usual if row not in (*gained, *lost)]
    parts = [
        (gained, "above zero with its whole interval"),
        (lost, "a loss with its whole interval below zero"),
        (open_still, "indistinguishable from zero"),
    ]
    said = [f"{word} {listed([_gain(row) for row in rows])}" for rows, word in parts if rows]
    cost = number(usual[0].cost_bp, 0)
    return f"At {cost} bp a trade the gain over the historical mean, a year, is {'; '.join(said)}."


def _gain(row: Worth) -> str:
    return f"at {sessions(row.horizon)} ({number(100 * row.gain, 2, signed=True)} %)"
