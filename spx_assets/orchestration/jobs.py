"""The jobs: what is materialized together.

`refresh` and `retrain` are for people, and `refresh` for the night. A change is answered in two halves: `ingest` reads
what is new, and `downstream` follows only when `raw_market` is another than before.
"""

from __future__ import annotations

from typing import Any

import dagster as dg

INGEST, DOWNSTREAM, REFRESH, RETRAIN = "ingest", "downstream", "refresh", "retrain"


def all_jobs() -> list[Any]:
    """Every job, for `Definitions(jobs=...)`."""
    source = dg.AssetSelection.assets("raw_market")
    return [
        dg.define_asset_job(
            REFRESH,
            selection=dg.AssetSelection.all(),
            description="Read the source and materialize everything from it. An unchanged source writes nothing.",
        ),
        dg.define_asset_job(
            INGEST,
            selection=source,
            description="Read the source and landing/ into raw_market; what builds upon it follows when it changed.",
        ),
        dg.define_asset_job(
            DOWNSTREAM,
            selection=source.downstream(include_self=False).materializable(),
            description="Materialize everything that builds upon raw_market.",
        ),
        dg.define_asset_job(
            RETRAIN,
            selection=dg.AssetSelection.assets("walk_forward").downstream().materializable(),
            description="Evaluate, train, deploy, forecast and report again, from the current `cleaned_data`.",
        ),
    ]
