"""`report`: from findings to PDF and HTML, the pictures beside them, and the summary that goes with them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spx_assets.reporting.absent import Absent
from spx_assets.reporting.findings import Findings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spx_assets.reporting.pages import Page


@dataclass(frozen=True)
class Report:
    """The rendered report: PDF, single-file HTML, PNG by figure name in order, pages, summary statistics."""

    pdf: bytes
    html: bytes
    figures: Mapping[str, bytes]
    pages: int
    summary: Mapping[str, Any]


def report(findings: Findings, *, progress: Callable[[float, str], None] | None = None) -> Report:
    """The report of these findings; equal findings give equal bytes in every process.

    `progress` hears which share of the figures is drawn.
    """
    # Drawing is imported here: half a CPU-second that whoever only names `Report` need not pay.
    from spx_assets.reporting import pdf  # noqa: PLC0415  # see above
    from spx_assets.reporting.figures import plates  # noqa: PLC0415  # see above
    from spx_assets.reporting.pictures import Picture, pictures_of  # noqa: PLC0415  # see above
    from spx_assets.reporting.sections import document  # noqa: PLC0415  # see above
    from spx_assets.reporting.web.page import page  # noqa: PLC0415  # see above

    made = plates(findings)
    laid_out = document(findings, made)
    taken: dict[str, Picture] = {}
    wanted = sum(1 for plate in made.values() if plate.draw)

    def seen(one: Page, figure: Figure) -> None:
        taken.update(pictures_of(one, figure))
        if progress is not None and wanted:
            progress(len(taken) / wanted, f"{len(taken)} of {wanted} figures")

    printed = pdf.render(laid_out, seen=seen)
    drawn = {name: taken[name] for name, plate in made.items() if plate.draw}
    pictures = {name: one.whole for name, one in drawn.items()}
    html = page(laid_out, {name: one.drawing for name, one in drawn.items()})
    counted = {
        "plots": len(pictures),
        "pages": len(laid_out.pages),
        "key_figure": next(iter(pictures), None),
        "absent": {name: plate.caption for name, plate in made.items() if not plate.draw},
    }
    return Report(printed, html, pictures, len(laid_out.pages), {**counted, **summary(findings)})


def summary(findings: Findings) -> dict[str, Any]:
    """Summary statistics of the findings, ready for JSON: dates, counts, verdict, scores."""
    window = findings.window
    rows = () if isinstance(findings.scores, Absent) else findings.scores
    return {
        "sessions": window.sessions,
        "first_session": str(window.first_session) if window.sessions else None,
        "last_session": str(window.last_session) if window.sessions else None,
        "observations": window.observations,
        "series": window.series,
        "features": window.features,
        "trials": findings.trials.count,
        "verdict": findings.verdict.headline,
        "deployed": {str(horizon): model for horizon, model in findings.card.deployed.items()},
        "r2_os": _by_horizon(findings, "r2_os"),
        "coverage_90": {str(row.horizon): _known(row.coverage_90) for row in rows if row.deployed},
    }


def _by_horizon(findings: Findings, score: str) -> dict[str, dict[str, float | None]]:
    found: dict[str, dict[str, float | None]] = {}
    for row in () if isinstance(findings.scores, Absent) else findings.scores:
        found.setdefault(str(row.horizon), {})[row.model] = _known(getattr(row, score))
    return found


def _known(value: float) -> float | None:
    """JSON has no NaN."""
    return value if math.isfinite(value) else None
