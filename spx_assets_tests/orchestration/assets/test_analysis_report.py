"""The asset `analysis_report`: what it records, and what it refuses to store."""

from __future__ import annotations

import pytest

from spx_assets import tasks
from spx_assets.reporting.document import Report
from spx_assets.store import Store
from spx_assets_tests.orchestration.conftest import Materialize, failed_checks, metadata_of


def test_metadata_says_paths_plots_pages_and_statistics(materialize: Materialize) -> None:
    """Every item of the design's table for `report`, and the key figure to look at in the graph."""
    found = metadata_of(materialize("analysis_report"), "analysis_report")

    assert found["number of plots"].value >= 15
    assert found["pages"].value >= 10
    assert found["pdf"].value.endswith("analysis_report.pdf")
    assert found["html"].value.endswith("analysis_report.html")
    assert found["summary"].value
    assert "data:image/png;base64," in found["preview"].value


def test_a_report_without_figures_is_refused(
    materialize: Materialize, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that lost its pictures is not stored."""
    files = store.read("analysis_report").files
    without = Report(files["analysis_report.pdf"], files["analysis_report.html"], {}, 1, {})
    monkeypatch.setattr(tasks, "report", lambda *_given, **_options: without)

    assert failed_checks(materialize("analysis_report")) == ["readable"]
