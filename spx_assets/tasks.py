"""The platform's tasks as plain functions of values and `Settings`: no Dagster, no store, no files.

The assets, the single-task commands and the benchmarks all call these; each is one call into a room,
with the settings that room takes spelled out here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import pandas as pd
from pydantic import SecretStr

from spx_assets import features, forecasting, market, reporting
from spx_assets.errors import DataRefused
from spx_assets.forecasting.importance import explained_models
from spx_assets.settings import Settings


def ingest(
    source: str, *, now: pd.Timestamp, settings: Settings | None = None, known: market.Known | None = None
) -> market.Reading:
    """Observations of `source` (names, files, folders, globs or URIs in order of preference), judged cell by cell.

    `known` is what is held already and need not be asked again; without it everything is asked.
    """
    return market.read_source(source, now=now, access=access(settings or Settings(), known))


def access(settings: Settings, known: market.Known | None = None) -> market.Access:
    """How the network may be used, as the settings say."""
    return market.Access(
        fred_url=settings.fred_url,
        fred_api_url=settings.fred_api_url,
        cboe_url=settings.cboe_url,
        yahoo_url=settings.yahoo_url,
        stooq_url=settings.stooq_url,
        fred_api_key=_secret(settings.fred_api_key),
        stooq_api_key=_secret(settings.stooq_api_key),
        deadline_s=settings.fetch_deadline,
        max_bytes=settings.fetch_max_bytes,
        minimum_rate=settings.fetch_minimum_rate,
        retries=settings.fetch_retries,
        backoff_s=settings.fetch_backoff,
        allowed_hosts=settings.allowed_hosts,
        allow_loopback=settings.allow_loopback,
        known=known or market.Known(),
        proxy_of=proxy_of,
    )


def proxy_of(url: str) -> str | None:
    """The proxy that https_proxy or http_proxy names for a URL; None without one, or where no_proxy lists its host."""
    parts = urlsplit(url)
    if proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return getproxies().get(parts.scheme) or None


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()


def decision_instant(day: date, settings: Settings) -> pd.Timestamp:
    """The UTC instant at which `day` decides; what became known later does not count as known that day."""
    return market.decision_times(pd.DatetimeIndex([pd.Timestamp(day)]), at=settings.decision_time)[0]


def age_sessions(session: pd.Timestamp, settings: Settings, now: pd.Timestamp) -> int:
    """How many NYSE sessions have closed since `session`; in an as-of home, by the end of its day."""
    instant = now if settings.as_of is None else decision_instant(settings.as_of, settings)
    return market.closed_since(session.date(), instant.to_pydatetime(warn=False))


def clean(observations: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """`cleaned_data`: features known at each close and the returns that followed."""
    return assemble(observations, settings).cleaned


def assemble(observations: pd.DataFrame, settings: Settings) -> features.Assembly:
    """`cleaned_data`, and which feature families are in it, since when and why."""
    as_of = None if settings.as_of is None else decision_instant(settings.as_of, settings)
    return features.assemble(
        observations,
        horizons=settings.horizons,
        as_of=as_of,
        decision_time=settings.decision_time,
        exclude=settings.exclude_families,
    )


def _usable(cleaned: pd.DataFrame) -> pd.DataFrame:
    """The rows that a model can use; the last session must be one, or a forecast would silently be an older one."""
    rows = features.complete_rows(cleaned)
    if len(rows) and rows["session"].iloc[-1] != cleaned["session"].iloc[-1]:
        last = cleaned.iloc[-1]
        missing = [name for name in features.feature_names(cleaned) if pd.isna(last[name])]
        raise DataRefused(
            f"The last session, {last['session']:%Y-%m-%d}, cannot be forecast from",
            evidence=f"missing: {', '.join(missing)}",
            way_out="Give the closes of the sessions before it: `spx export raw_market` writes those that are held.",
        )
    return rows


def evaluate(
    cleaned: pd.DataFrame, settings: Settings, *, progress: Callable[[float, str], None] | None = None
) -> pd.DataFrame:
    """`walk_forward`: out-of-sample forecasts of every candidate and the benchmark, per horizon.

    `progress` hears which share of the work is done, and with what.
    """
    with forecasting.jobs_backend(settings.jobs_backend, settings.jobs):
        return forecasting.evaluate(
            _usable(cleaned),
            horizons=settings.horizons,
            candidates=settings.candidates,
            first_train=settings.first_train,
            refit_every=settings.refit_every,
            levels=settings.levels,
            n_jobs=settings.jobs,
            progress=progress,
        )


def require_candidates(settings: Settings) -> None:
    """UsageError when a candidate of the settings is unknown or cannot be imported: asked before anything is computed.

    Whoever reads a source or a table first would tell a user of a typing error after all that work.
    """
    for name in settings.candidates:
        forecasting.candidate(name, refit_every=settings.refit_every)


def trials(cleaned: pd.DataFrame, evaluation: pd.DataFrame, settings: Settings) -> tuple[forecasting.Trial, ...]:
    """The trials that an evaluation was: each candidate and setting, at each horizon."""
    return forecasting.trials_of(
        _usable(cleaned), evaluation, candidates=settings.candidates, refit_every=settings.refit_every
    )


def too_good(
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    settings: Settings,
    accepted: Sequence[forecasting.Acceptance] = (),
) -> tuple[forecasting.TooGood, ...]:
    """The candidates of an evaluation that are too good to be true, with the acceptances that cover them."""
    return forecasting.too_good(evaluation, trials(cleaned, evaluation, settings), accepted)


def leakage_audit(
    observations: pd.DataFrame,
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    settings: Settings,
    *,
    accepted: Sequence[forecasting.Acceptance] = (),
    progress: Callable[[forecasting.Examination], None] | None = None,
) -> forecasting.LeakageAudit:
    """The whole leakage audit: observations, features, targets and forecasts, with the horizons of `cleaned`.

    `progress` hears of every examination that is done.
    """
    horizons = tuple(int(name.removeprefix("target_")) for name in map(str, cleaned) if name.startswith("target_"))
    rules = settings.model_copy(update={"as_of": None, "horizons": horizons})
    cleaned = _usable(cleaned)
    return forecasting.leakage_audit(
        observations,
        cleaned,
        evaluation,
        build=lambda known: clean(known, rules),
        evaluate=forecasting.evaluation_rules(
            cleaned, evaluation, candidates=settings.candidates, refit_every=settings.refit_every
        ),
        decision_time=settings.decision_time,
        accepted=[(each.trial.candidate, each.trial.horizon) for each in accepted],
        progress=progress,
    )


def train(
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    settings: Settings,
    *,
    inputs: Mapping[str, str] | None = None,
    trials: Sequence[forecasting.Trial] = (),
    sample: Mapping[str, Any] | None = None,
    accepted: Sequence[forecasting.Acceptance] = (),
) -> forecasting.TrainedModel:
    """`trained_model`: per horizon the chosen candidate fitted on all history, with its card.

    `trials` are those of earlier evaluations, which the card counts with this one's; `sample` is the record of the
    sample that `assemble` gives, for the card to say what limits it; `accepted` are the acceptances of candidates that
    are too good to be true.
    """
    cleaned = _usable(cleaned)
    return forecasting.train(
        cleaned,
        evaluation,
        horizons=settings.horizons,
        candidates=settings.candidates,
        refit_every=settings.refit_every,
        levels=settings.levels,
        inputs=inputs or {},
        audit=forecasting.audited_evaluation(
            cleaned, evaluation, candidates=settings.candidates, refit_every=settings.refit_every
        ),
        trials=trials,
        sample=sample or {},
        accepted=accepted,
    )


def gates(
    trained: forecasting.TrainedModel,
    serving: forecasting.TrainedModel | None,
    evaluation: pd.DataFrame,
    cleaned: pd.DataFrame,
    settings: Settings,
    *,
    accepted: Sequence[forecasting.Acceptance] = (),
) -> tuple[forecasting.Gate, ...]:
    """The gates that `trained` passes, or not, on its way to `deployed_model`."""
    return forecasting.gates(
        trained,
        serving,
        evaluation,
        _usable(cleaned),
        candidates=settings.candidates,
        refit_every=settings.refit_every,
        accepted=accepted,
    )


def forecast(
    trained: forecasting.TrainedModel, cleaned: pd.DataFrame, *, model_version: str, data_version: str
) -> pd.DataFrame:
    """`next_forecast`: the coming session(s) per horizon, with intervals and the plain word on skill."""
    return forecasting.forecast_next(trained, _usable(cleaned), model_version=model_version, data_version=data_version)


def report(
    observations: pd.DataFrame,
    cleaned: pd.DataFrame,
    evaluation: pd.DataFrame,
    trained: forecasting.TrainedModel | None,
    next_forecast: pd.DataFrame | None = None,
    versions: Mapping[str, str] | None = None,
    age_sessions: int | None = None,
    progress: Callable[[float, str], None] | None = None,
) -> reporting.Report:
    """`analysis_report`: PDF and HTML, their figures, and their statistics; without models, of the data alone.

    `age_sessions` is how many sessions have closed since the last close when the report is made; `progress` hears of
    the figures that are drawn.
    """
    cleaned = _usable(cleaned)
    found = reporting.findings(
        observations,
        cleaned,
        evaluation,
        {} if trained is None else trained.card,
        next_forecast=next_forecast,
        versions=versions or {},
        models={} if trained is None else explained_models(cleaned, evaluation, trained),
        age_sessions=age_sessions,
    )
    return reporting.report(found, progress=progress)
