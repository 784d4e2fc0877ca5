"""Tables to the contracts' schemas, drawn from a seeded random walk: what the reporting tests report on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from spx_assets.forecasting import FittedModel, comparison, economic_value
from spx_assets.reporting import Findings
from spx_assets.reporting import findings as make_findings

HORIZONS = (1, 5, 21)
MODELS = ("historical_mean", "ols", "ridge")
LEVELS = (0.5, 0.8, 0.9, 0.95)
Z = {0.5: 0.674, 0.8: 1.282, 0.9: 1.645, 0.95: 1.960}
FEATURES = (
    "return_1", "return_5", "return_22", "momentum_126", "momentum_252", "distance_from_mean_50",
    "distance_from_mean_200", "drawdown_252", "realized_volatility_5", "realized_volatility_22",
    "realized_volatility_66", "downside_share_22", "parkinson_volatility_22", "volume_ratio_22", "vix_level",
    "vix_change_1", "vix_change_5", "vix_zscore_63", "variance_risk_premium", "default_spread",
    "default_spread_change_3m", "core_inflation_yoy", "core_inflation_momentum", "oil_return_22",
    "oil_volatility_22", "weekend_ahead", "turn_of_month", "winter_half",
)  # fmt: skip


def sessions(count: int) -> pd.DatetimeIndex:
    """Weekdays from 2014-03-31 on."""
    return pd.bdate_range("2014-03-31", periods=count)


def closes(count: int, seed: int = 7) -> pd.Series:
    """A random walk with volatility that clusters."""
    random = np.random.default_rng(seed)
    spread = 0.008 * np.exp(0.6 * np.sin(np.arange(count) / 60.0))
    return pd.Series(1870.0 * np.exp(np.cumsum(random.normal(3e-4, spread))), index=sessions(count))


def observations(count: int = 700, *, vix: bool = True) -> pd.DataFrame:
    """`raw_market` with daily and monthly series, one with a gap, one value revised."""
    close = closes(count)
    daily = {"spx_close": close, "spx_high": close * 1.004, "spx_low": close * 0.996, "wti": close / 30.0}
    if vix:
        daily["vix_close"] = 12.0 + 6.0 * (1 + np.sin(pd.Series(np.arange(count), close.index) / 60.0))
    daily["wti"] = daily["wti"].drop(daily["wti"].index[count // 3 : count // 2])
    months = pd.date_range("2010-01-01", close.index[-1], freq="MS")
    monthly = {
        name: pd.Series(np.linspace(low, low + 1, len(months)), months)
        for name, low in (("aaa_yield", 3.5), ("baa_yield", 4.6), ("core_cpi", 230.0))
    }
    frames = [_tidy(name, values, 1) for name, values in daily.items()]
    frames += [_tidy(name, values, 45) for name, values in monthly.items()]
    revised = frames[0].iloc[[5]].assign(value=2000.0, known_at=pd.Timestamp("2016-01-04 21:00", tz="UTC"))
    table = pd.concat([*frames, revised], ignore_index=True)
    return table.sort_values(["series", "date", "known_at"], ignore_index=True)


def _tidy(name: str, values: pd.Series, days: int) -> pd.DataFrame:
    known_at = (values.index + pd.Timedelta(days=days)).tz_localize("UTC")
    return pd.DataFrame(
        {"series": name, "date": values.index, "value": values.to_numpy(), "known_at": known_at, "source": "synthetic"}
    )


def cleaned(count: int = 700, *, vix: bool = True, horizons: Sequence[int] = HORIZONS) -> pd.DataFrame:
    """`cleaned_data` with correlated features, and the returns that followed as targets."""
    random = np.random.default_rng(11)
    close = closes(count)
    common = random.normal(size=(count, 3))
    names = [name for name in FEATURES if vix or not (name.startswith("vix") or name == "variance_risk_premium")]
    mixed = {name: common[:, place % 3] + random.normal(0, 0.7, count) for place, name in enumerate(names)}
    mixed["realized_volatility_22"] = 0.008 * np.exp(0.6 * np.sin(np.arange(count) / 60.0))
    if vix:
        mixed["vix_level"] = 12.0 + 6.0 * (1 + np.sin(np.arange(count) / 60.0))
    table = pd.DataFrame(mixed, index=close.index)
    table.insert(0, "session", close.index)
    for horizon in horizons:
        table[f"target_{horizon}"] = np.log(close.shift(-horizon) / close)
    return table


def evaluation(
    table: pd.DataFrame, *, first_train: int = 252, models: Sequence[str] = MODELS, horizons: Sequence[int] = HORIZONS
) -> pd.DataFrame:
    """`walk_forward` over `table`: the mean, and candidates that add noise to it."""
    random = np.random.default_rng(13)
    parts = []
    for horizon in horizons:
        realised = table[f"target_{horizon}"]
        mean = realised.expanding().mean().shift(horizon).fillna(0.0)
        scale = table["realized_volatility_22"] * np.sqrt(horizon)
        for model in models:
            noise = 0.0 if model == "historical_mean" else random.normal(0, 0.1, len(table)) * scale
            parts.append(_forecasts(table, model, horizon, mean, mean + noise, scale).iloc[first_train:])
    return pd.concat(parts, ignore_index=True)


def _forecasts(
    table: pd.DataFrame, model: str, horizon: int, mean: pd.Series, forecast: pd.Series, scale: pd.Series
) -> pd.DataFrame:
    rows = pd.DataFrame({"model": model, "horizon": horizon, "origin": table["session"]})
    rows["realised"] = table[f"target_{horizon}"]
    rows["forecast"], rows["benchmark"], rows["scale"] = forecast, mean, scale
    bounded = np.arange(len(table)) >= 300
    for level in LEVELS:
        rows[f"lower_{100 * level:g}"] = (forecast - Z[level] * scale).where(bounded)
        rows[f"upper_{100 * level:g}"] = (forecast + Z[level] * scale).where(bounded)
    return rows


def next_forecast(table: pd.DataFrame, horizons: Sequence[int] = HORIZONS) -> pd.DataFrame:
    """`next_forecast` from the last session of `table`."""
    origin = table["session"].iloc[-1]
    rows = []
    for horizon in horizons:
        scale = float(table["realized_volatility_22"].iloc[-1] * np.sqrt(horizon))
        row: dict[str, Any] = {
            "origin": origin, "target_session": origin + pd.offsets.BDay(horizon), "horizon": horizon,
            "model": "historical_mean", "model_version": "0123456789abcdef", "data_version": "fedcba9876543210",
            "forecast": 3e-4 * horizon, "benchmark": 3e-4 * horizon, "skill": False,
            "statement": "no candidate beat the historical mean",
        }  # fmt: skip
        for level in LEVELS:
            row[f"lower_{100 * level:g}"] = row["forecast"] - Z[level] * scale
            row[f"upper_{100 * level:g}"] = row["forecast"] + Z[level] * scale
        rows.append(row)
    return pd.DataFrame(rows)


def card(horizons: Sequence[int] = HORIZONS, evaluation: pd.DataFrame | None = None) -> dict[str, Any]:
    """The mean is deployed, ridge the best linear candidate; value and comparison as in `evaluation`."""
    value = pd.DataFrame({"horizon": []}) if evaluation is None else economic_value(evaluation, trials=6)
    random = np.random.default_rng(17)
    return {
        "horizons": {
            str(horizon): {
                "model": "historical_mean",
                "coefficients_of": "ridge",
                "coefficients": dict(zip(FEATURES, random.normal(0, 1e-4 * horizon, len(FEATURES)), strict=True)),
                "economic_value": value[value["horizon"] == horizon].drop(columns="horizon").to_dict("records"),
                "comparison": {} if evaluation is None else comparison(evaluation, horizon).record,
            }
            for horizon in horizons
        },
        "inputs": {"walk_forward": "00ff00ff00ff00ff"},
        "sample": {"notes": ["The sample begins with VIX.", "Oil stands aside since 2012-03-01."]},
        "leakage_audit": [
            {"name": "placebo", "question": "Is there no skill?", "looked_at": "4 shuffles", "findings": []},
            {"name": "canary", "question": "Does a leak show?", "looked_at": "1 leak", "findings": []},
        ],
    }


def models(table: pd.DataFrame, horizons: Sequence[int] = HORIZONS) -> dict[int, FittedModel]:
    """A ridge for each horizon, fitted on every row with a known return."""
    names = tuple(name for name in table.columns if name in FEATURES)
    made = {}
    for horizon in horizons:
        known = table[table[f"target_{horizon}"].notna()]
        X, y = known[list(names)].to_numpy(), known[f"target_{horizon}"].to_numpy()
        estimator = make_pipeline(StandardScaler(), Ridge(alpha=100.0)).fit(X, y)
        made[horizon] = FittedModel(horizon, "ridge", estimator, names, {}, X[:2], estimator.predict(X[:2]))
    return made


VERSIONS = {"raw_market": "0123456789abcdef", "cleaned_data": "fedcba9876543210"}


def findings() -> Findings:
    """Findings of all tables above."""
    table = cleaned()
    made = evaluation(table)
    given = card(evaluation=made)
    return make_findings(observations(), table, made, given, next_forecast(table), VERSIONS, models(table))
