"""Jobs are named for what they make."""

import dagster as dg

from spx_assets.orchestration.jobs import all_jobs


def test_every_job_has_a_description() -> None:
    """A person who starts one from the asset graph reads what it does."""
    jobs = {job.name: job for job in all_jobs()}

    assert set(jobs) == {"refresh", "ingest", "downstream", "retrain"}
    assert all(job.description for job in jobs.values())


def test_ingest_and_downstream_together_are_everything() -> None:
    """The two halves of an answer to a change, without an asset in both."""

    @dg.asset
    def raw_market() -> None:
        """The source."""

    @dg.asset(deps=[raw_market])
    def walk_forward() -> None:
        """What is built upon it."""

    made = dg.Definitions([raw_market, walk_forward], jobs=all_jobs())
    selected = {
        name: {key.path[-1] for key in made.resolve_job_def(name).asset_layer.selected_asset_keys}
        for name in ("refresh", "ingest", "downstream")
    }

    assert selected["ingest"] | selected["downstream"] == selected["refresh"]
    assert not selected["ingest"] & selected["downstream"]
