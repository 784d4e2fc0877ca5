"""The figures of the report, each drawn from one frozen finding, in the order of the document."""

from __future__ import annotations

from spx_assets.reporting.figures.data import coverage_plate
from spx_assets.reporting.figures.explanation import coefficients_plate, correlation_plate
from spx_assets.reporting.figures.intervals import calibration_plate, rolling_plate
from spx_assets.reporting.figures.market import outlook_plate, regimes_plate
from spx_assets.reporting.figures.perspective import perspective_plate
from spx_assets.reporting.figures.plate import Plate, standalone
from spx_assets.reporting.figures.skill import errors_plate, scatter_plate, tracks_plate
from spx_assets.reporting.figures.stability import rolling_skill_plate, stability_plate
from spx_assets.reporting.figures.usage import dependence_plate, paths_plate
from spx_assets.reporting.figures.worth import worth_plate
from spx_assets.reporting.findings import Findings

__all__ = ["Plate", "plates", "standalone"]


def plates(findings: Findings) -> dict[str, Plate]:
    """Every plate by name, absent ones included; the first that is drawn is the key figure."""
    made = (
        outlook_plate(findings.outlook),
        errors_plate(findings.errors),
        tracks_plate(findings.tracks),
        scatter_plate(findings.best_tracks),
        stability_plate(findings.stretches),
        rolling_skill_plate(findings.rolling_skill),
        worth_plate(findings.worth),
        calibration_plate(findings.calibration),
        rolling_plate(findings.rolling_coverage),
        regimes_plate(findings.regimes),
        coefficients_plate(findings.coefficients),
        paths_plate(findings.usage),
        dependence_plate(findings.usage),
        correlation_plate(findings.correlation),
        coverage_plate(findings.coverage),
        perspective_plate(findings.perspective),
    )
    return {plate.name: plate for plate in made}
