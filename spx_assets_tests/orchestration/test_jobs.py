"""The jobs are described for whoever presses the button."""

from __future__ import annotations

from spx_assets.orchestration.jobs import all_jobs


def test_jobs_are_named_and_described() -> None:
    """`refresh` and `retrain`, each with a sentence."""
    assert {"refresh", "retrain"} == {job.name for job in all_jobs()}
    assert all(job.description for job in all_jobs())
