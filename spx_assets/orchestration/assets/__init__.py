"""The materialized assets, one thin module each with its checks, in the order of the flow."""

from collections.abc import Mapping

import dagster as dg

from spx_assets.orchestration.assets.analysis_report import analysis_report
from spx_assets.orchestration.assets.cleaned_data import cleaned_data
from spx_assets.orchestration.assets.deployed_model import deployed_model
from spx_assets.orchestration.assets.next_forecast import next_forecast
from spx_assets.orchestration.assets.raw_market import raw_market
from spx_assets.orchestration.assets.track_record import track_record
from spx_assets.orchestration.assets.trained_model import trained_model
from spx_assets.orchestration.assets.walk_forward import walk_forward
from spx_assets.orchestration.conditions import condition_of
from spx_assets.orchestration.freshness import by_session


def all_assets(code_versions: Mapping[str, str]) -> list[dg.AssetsDefinition]:
    """Every asset with its automation, freshness policy and code version."""
    assets = [
        raw_market,
        cleaned_data,
        walk_forward,
        trained_model,
        deployed_model,
        next_forecast,
        track_record,
        analysis_report,
    ]
    fresh = by_session()
    return [
        asset.map_asset_specs(
            lambda spec: spec.replace_attributes(
                code_version=code_versions[spec.key.path[-1]],
                automation_condition=condition_of(spec.key.path[-1]),
                freshness_policy=fresh,
            )
        )
        for asset in assets
    ]
