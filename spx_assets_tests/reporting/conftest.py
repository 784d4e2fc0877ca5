"""Findings and report of the synthetic tables, made once for all tests of the room."""

from __future__ import annotations

import pytest

from spx_assets.reporting import Findings, Report, findings, report
from spx_assets_tests.reporting import synthetic


@pytest.fixture(scope="session")
def made() -> Findings:
    """Findings of the synthetic tables, nothing absent."""
    return synthetic.findings()


@pytest.fixture(scope="session")
def rendered(made: Findings) -> Report:
    """Their report."""
    return report(made)


@pytest.fixture(scope="session")
def bare() -> Findings:
    """Findings where whatever may be absent is: no VIX, no forecasts, no card, no versions."""
    cleaned = synthetic.cleaned(120, vix=False)
    evaluation = synthetic.evaluation(cleaned).iloc[:0]
    return findings(synthetic.observations(120, vix=False), cleaned, evaluation, {})
