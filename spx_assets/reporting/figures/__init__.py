"""The figures of the report, each drawn from one frozen finding, in the order of the document."""

from __future__ import annotations

from spx_assets.reporting.figures.data import coverage_plate
from spx_assets.reporting.figures.explanation import coefficients_plate, correlation_plate
from spx_assets.reporting.figures.intervals import calibration_plate, rolling_plate
from spx_assets.reporting.figures.market import outlook_plate, regimes_plate
from spx_assets.reporting.figures.plate import Plate, standalone
from spx_assets.reporting.figures.skill import errors_plate, scatter_plate, tracks_plate
from spx_assets.reporting.findings import Findings

__all__ = ["Plate", "plates", "standalone"]


def plates(findings: Findings) -> dict[str, Plate]:
    """Every plate by name, absent ones included; the first that is drawn is the key figure."""
    made = (
        outlook_plate(findings.outlook),
        errors_plate(findings.errors),
        tracks_plate(findings.tracks),
        scatter_plate(findings.best_tracks),
        calibration_plate(findings.calibration),
        rolling_plate(findings.rolling_coverage),
        regimes_plate(findings.regimes),
        coefficients_plate(findings.coefficients),
        correlation_plate(findings.correlation),
        coverage_plate(findings.coverage),
    )
    return {plate.name: plate for plate in made}
