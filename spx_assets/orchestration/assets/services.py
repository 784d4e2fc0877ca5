"""`prediction_service` and `dashboard`: the running services as external assets, observed; their checks beside them.

They are not materialized: `spx up`, `spx serve` and `spx dashboard` start them. A sensor looks every half minute and
reports what changed; the checks can be executed from the asset graph at any time.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

import dagster as dg
import pandas as pd

from spx_assets.orchestration.observation import Observed, observed
from spx_assets.settings import Settings

EVERY_S, REPORT_ANYWAY_S = 30, 900
CHECKS = {
    "prediction_service": {
        "running": "It answers, unless it is not meant to run.",
        "up_to_date": "It does not serve another version than the deployed one for over a minute.",
    },
    "dashboard": {"running": "It answers, unless it is not meant to run."},
}
WAY_OUT = "`spx up` starts it again; its log is in logs/ of the home."


def service_specs() -> list[dg.AssetSpec]:
    """Both services as external assets."""
    return [
        dg.AssetSpec(
            "prediction_service",
            deps=["deployed_model", "next_forecast"],
            description="The HTTP API while it runs: since when, which version it serves, requests, errors, latency.",
            group_name="serving",
            kinds={"fastapi"},
            owners=["team:platform"],
        ),
        dg.AssetSpec(
            "dashboard",
            deps=["next_forecast", "walk_forward"],
            description="The page for analysts while it runs: since when, page views, runs of What if.",
            group_name="serving",
            kinds={"streamlit"},
            owners=["team:platform"],
        ),
    ]


def services_checks() -> list[dg.AssetChecksDefinition]:
    """The checks of each service, to be executed on demand from its page."""
    return [_service_checks(asset) for asset in CHECKS]


def _service_checks(asset: str) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=f"observe_{asset}",
        specs=[dg.AssetCheckSpec(name, asset=asset, description=text) for name, text in CHECKS[asset].items()],
        description="Asks the service how it is, now.",
        can_subset=True,
    )
    def asked(
        context: dg.AssetCheckExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterable[dg.AssetCheckResult]:
        found = {asset: observed(settings)[asset]}
        context.op_execution_context.log_event(observation(asset, found[asset]))
        wanted = {key.name for key in context.selected_asset_check_keys}
        for result in evaluations(found):
            if result.check_name in wanted:
                yield dg.AssetCheckResult(
                    passed=result.passed,
                    asset_key=result.asset_key,
                    check_name=result.check_name,
                    description=result.description,
                    metadata=result.metadata,
                )

    return asked


@dg.sensor(
    name="observe_services",
    minimum_interval_seconds=EVERY_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Asks the API and the dashboard how they are; reports what changed, and everything each quarter hour.",
)
def observe_services(
    context: dg.SensorEvaluationContext,
    settings: dg.ResourceParam[Settings],
    clock: dg.ResourceParam[Callable[[], pd.Timestamp]],
) -> dg.SensorResult:
    """Observations and checks of each service whose state changed, or was not reported for a quarter of an hour."""
    told: dict[str, list[object]] = json.loads(context.cursor or "{}")
    now = clock().timestamp()
    found = observed(settings)
    states = {asset: [*_state(service), now] for asset, service in found.items()}
    news = {asset: found[asset] for asset, state in states.items() if _is_news(told.get(asset), state)}
    cursor = json.dumps({asset: states[asset] if asset in news else told[asset] for asset in states})
    if not news:
        return dg.SensorResult(skip_reason="Nothing changed.", cursor=cursor)
    events = [observation(asset, service) for asset, service in news.items()]
    return dg.SensorResult(asset_events=[*events, *evaluations(news)], cursor=cursor)


def observation(asset: str, service: Observed) -> dg.AssetObservation:
    """What a service said, as an event of its asset."""
    return dg.AssetObservation(asset, description=service.problem or service.status, metadata=service.facts())


def evaluations(found: Mapping[str, Observed]) -> Iterator[dg.AssetCheckEvaluation]:
    """Every check of these services."""
    for asset, service in found.items():
        yield _evaluation(asset, "running", not service.is_missed, service.problem or service.status)
        if "up_to_date" in CHECKS[asset]:
            serves = f"serves {service.version or 'nothing'}, deployed is {service.deployed or 'nothing'}"
            yield _evaluation(asset, "up_to_date", not service.is_behind, serves)


def _evaluation(asset: str, name: str, passed: bool, reason: str) -> dg.AssetCheckEvaluation:
    metadata = {} if passed else {"way out": dg.MetadataValue.text(WAY_OUT)}
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(asset), check_name=name, passed=passed, description=reason, metadata=metadata
    )


def _state(service: Observed) -> list[object]:
    return [service.status, service.started_at, service.version, service.is_behind]


def _is_news(told: list[object] | None, state: list[object]) -> bool:
    if told is None or told[:-1] != state[:-1]:
        return True
    return float(str(state[-1])) - float(str(told[-1])) >= REPORT_ANYWAY_S
