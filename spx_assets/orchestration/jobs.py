"""The jobs: `refresh` materializes everything, `retrain` everything from the evaluation on."""

from __future__ import annotations

from typing import Any

import dagster as dg


def all_jobs() -> list[Any]:
    """Both jobs, for `Definitions(jobs=...)`."""
    return [
        dg.define_asset_job(
            "refresh",
            selection=dg.AssetSelection.all(),
            description="Read the source and materialize everything from it. An unchanged source writes nothing.",
        ),
        dg.define_asset_job(
            "retrain",
            selection=dg.AssetSelection.assets("walk_forward").downstream(),
            description="Evaluate, train, deploy, forecast and report again, from the current `cleaned_data`.",
        ),
    ]
