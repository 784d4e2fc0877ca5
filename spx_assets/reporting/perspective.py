"""The result beside what was published: out-of-sample R² of the S&P 500's monthly return, with the source of each.

Figures of others are facts and stand here as they were printed; the report's own come from its scores.
"""

from __future__ import annotations

from dataclasses import dataclass

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.scoreboard import Score, best_candidates

# Beyond these an R² is more likely a leak than a discovery: above the best that was published.
SUSPICIOUS_DAILY = 0.01
SUSPICIOUS_MONTHLY = 0.02

NEELY = "Neely, Rapach, Tu and Zhou (2014), Management Science 60, 1772–1791"
GU = "Gu, Kelly and Xiu (2020), Review of Financial Studies 33, 2223–2273"


@dataclass(frozen=True)
class Published:
    """A published out-of-sample R² of a monthly forecast against the historical mean, as a fraction."""

    forecast: str
    years: str
    r2_os: float
    source: str


PUBLISHED = (
    Published("Treasury bill rate", "1966–2011", -0.01118384, NEELY),
    Published("principal components of 14 economic series", "1966–2011", -0.00857171, NEELY),
    Published("dividend–price ratio", "1966–2011", -0.00023147, NEELY),
    Published("long-term bond return", "1966–2011", 0.00289507, NEELY),
    Published("moving averages, 2 and 12 months", "1966–2011", 0.00778621, NEELY),
    Published("mean of 14 single forecasts", "1966–2011", 0.01162886, NEELY),
    Published("components of economic and technical series", "1966–2011", 0.01792028, NEELY),
    Published("neural network of three layers", "1987–2016", 0.0180, GU),
)


@dataclass(frozen=True)
class Own:
    """The best candidate's R² at one horizon, and whether it is the one that serves."""

    horizon: int
    model: str
    r2_os: float
    deployed: bool


@dataclass(frozen=True)
class Perspective:
    """The report's own best candidates beside the published figures."""

    own: tuple[Own, ...]
    published: tuple[Published, ...]

    @property
    def suspicious(self) -> tuple[Own, ...]:
        """Own results that are better than an honest one is likely to be."""
        return tuple(
            one for one in self.own if one.r2_os > (SUSPICIOUS_DAILY if one.horizon < 5 else SUSPICIOUS_MONTHLY)
        )


def perspective(rows: tuple[Score, ...] | Absent) -> Perspective | Absent:
    """Per horizon the candidate with the lowest squared error, beside what was published."""
    if isinstance(rows, Absent):
        return rows
    best = best_candidates(rows)
    if not best:
        return Absent("Only the historical mean was evaluated: there is no result to compare with others'.")
    own = tuple(Own(horizon, row.model, row.r2_os, row.deployed) for horizon, row in sorted(best.items()))
    return Perspective(own, PUBLISHED)
