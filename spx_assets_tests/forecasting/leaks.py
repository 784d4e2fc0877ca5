"""Leaks to plant: each a small change to an honest pipeline that lets it know its future.

Builders change features or targets, evaluators change forecasts, sources change when an observation became
known. Every one of them is a mistake that was made in earnest somewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from spx_assets import features
from spx_assets.forecasting import evaluate
from spx_assets.market import calendar

FIRST_TRAIN = 504
Change = Callable[[pd.DataFrame], pd.DataFrame]


def revised(observations: pd.DataFrame) -> pd.DataFrame:
    """The same observations, with a second vintage of the last months of core CPI two months after the first."""
    rows = observations[(observations["series"] == "core_cpi") & (observations["date"] >= "2018-06-01")]
    later = rows.assign(value=rows["value"] * 1.002, known_at=rows["known_at"] + pd.Timedelta(days=61))
    return pd.concat([observations, later], ignore_index=True)


def honest_build(observations: pd.DataFrame) -> pd.DataFrame:
    """What ships."""
    return features.build(observations, horizons=(1, 5))


def honest_evaluate(cleaned: pd.DataFrame, horizons: Sequence[int]) -> pd.DataFrame:
    """What ships."""
    return evaluate(cleaned, horizons=horizons, candidates=("ols", "ridge"), first_train=FIRST_TRAIN)


def _column(name: str, change: Callable[[pd.Series], pd.Series]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def build(observations: pd.DataFrame) -> pd.DataFrame:
        made = honest_build(observations)
        return made.assign(**{name: change(made[name]).ffill().bfill()})

    return build


def _stamped(series: str, stamp: Callable[[pd.DataFrame], pd.Series]) -> Change:
    """The observations with another `known_at` for one series."""

    def change(observations: pd.DataFrame) -> pd.DataFrame:
        changed = observations.copy()
        rows = changed["series"] == series
        changed.loc[rows, "known_at"] = stamp(changed[rows])
        return changed

    return change


def _at_the_close(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(calendar.at_new_york(pd.DatetimeIndex(rows["date"]), calendar.CLOSE), index=rows.index)


def _unlagged(rows: pd.DataFrame) -> pd.Series:
    return rows["date"].dt.tz_localize("UTC")


def _latest_vintage(observations: pd.DataFrame) -> pd.DataFrame:
    """Today's values under the first date on which each period was known."""
    ordered = observations.sort_values(["series", "date", "known_at"], kind="stable")
    by_period = ordered.groupby(["series", "date"], sort=False)
    first = by_period["known_at"].transform("min")
    return ordered.assign(known_at=first).drop_duplicates(["series", "date"], keep="last")


def _after(change: Change) -> Change:
    """A builder that changes what it was given before it builds: the source itself stays honest."""
    return lambda observations: honest_build(change(observations))


def _early_vix(observations: pd.DataFrame) -> pd.DataFrame:
    """The VIX of the same day, taken from observations however late they became known."""
    made = honest_build(observations)
    vix = observations[observations["series"] == "vix_close"].drop_duplicates("date", keep="last")
    return made.assign(vix_level=vix.set_index("date")["value"].reindex(made.index).ffill())


def _early_month(observations: pd.DataFrame) -> pd.DataFrame:
    """The default spread of the running month, which nobody knows before it has ended."""
    made = honest_build(observations)
    wide = observations.drop_duplicates(["series", "date"], keep="last").pivot_table(
        index="date", columns="series", values="value"
    )
    spread = (wide["baa_yield"] - wide["aaa_yield"]).dropna()
    return made.assign(default_spread=spread.reindex(made.index, method="ffill"))


def _interpolated_month(observations: pd.DataFrame) -> pd.DataFrame:
    """Months joined by straight lines: on the way to a value nobody had seen."""
    made = honest_build(observations)
    spread = made["default_spread"]
    joined = spread.where(spread.ne(spread.shift())).interpolate().ffill()
    return made.assign(default_spread=joined)


def _target_among_features(observations: pd.DataFrame) -> pd.DataFrame:
    made = honest_build(observations)
    return made.assign(volume_ratio_22=made["volume_ratio_22"] + 0.01 * made["target_1"].fillna(0.0))


def _target_of_today(observations: pd.DataFrame) -> pd.DataFrame:
    """Targets one session early: today's return is part of what is forecast."""
    made = honest_build(observations)
    return made.assign(target_1=made["target_1"].shift(1), target_5=made["target_5"].shift(1))


def _filled_target(observations: pd.DataFrame) -> pd.DataFrame:
    """Targets that are not known yet, filled with the last known one."""
    made = honest_build(observations)
    return made.assign(target_5=made["target_5"].ffill())


def _full_sample_component(observations: pd.DataFrame) -> pd.DataFrame:
    """A weighted sum of two features, with loadings from the whole sample."""
    made = honest_build(observations)
    pair = made[["return_22", "momentum_126"]]
    loadings = pair.iloc[-1] - pair.mean()
    return made.assign(return_22=pair.to_numpy() @ loadings.to_numpy())


BUILDERS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "shift by one": _column("return_1", lambda c: c.shift(-1)),
    "centred window": _column("return_5", lambda c: c.rolling(5, center=True).mean()),
    "back-fill of a gap": _column("vix_change_5", lambda c: c.where(np.arange(len(c)) % 7 == 0).bfill()),
    "full-sample z-score": _column("momentum_252", lambda c: (c - c.mean()) / c.std()),
    "full-sample rank": _column("return_22", lambda c: c.rank(pct=True)),
    "full-sample winsorising": _column("return_1", lambda c: c.clip(c.quantile(0.05), c.quantile(0.95))),
    "full-sample detrending": _column("vix_level", lambda c: c - np.linspace(0.0, c.iloc[-1] - c.iloc[0], len(c))),
    "smoothing both ways": _column("return_5", lambda c: c.ewm(span=5).mean()[::-1].ewm(span=5).mean()[::-1]),
    "full-sample component": _full_sample_component,
    "same-day VIX": _early_vix,
    "unlagged monthly": _early_month,
    "interpolated monthly": _interpolated_month,
    "revised macro": _after(_latest_vintage),
    "target among the features": _target_among_features,
    "target of today": _target_of_today,
    "filled target": _filled_target,
    "memory of the whole past": _column("vix_level", lambda c: c - c.expanding().mean() + 20.0),
    "window filled short": _column("return_22", lambda c: c.rolling(60, min_periods=1).sum()),
}

SOURCES: dict[str, Change] = {
    "months stamped on their first day": _stamped("core_cpi", _unlagged),
    "VIX stamped at 16:00": _stamped("vix_close", _at_the_close),
}


def _standardised_outside(cleaned: pd.DataFrame, horizons: Sequence[int]) -> pd.DataFrame:
    """A scaler fitted on all rows, ridge inside the window: the scale, hence the shrinkage, knows the future."""
    names = list(features.feature_names(cleaned))
    scaled = cleaned.copy()
    keep = [name for name in names if name not in ("vix_level", "realized_volatility_22")]
    scaled[keep] = cleaned[keep].clip(cleaned[keep].quantile(0.01), cleaned[keep].quantile(0.99), axis=1)
    return honest_evaluate(scaled, horizons)


def _without_purge(cleaned: pd.DataFrame, horizons: Sequence[int]) -> pd.DataFrame:
    """Fits up to the row before the origin, whose outcome takes four more sessions to be known."""
    parts = []
    for horizon in horizons:
        made = honest_evaluate(cleaned, (horizon,))
        if horizon > 1:
            early = cleaned.assign(target_1=cleaned[f"target_{horizon}"])
            unpurged = honest_evaluate(early, (1,)).set_index(["model", "origin"])["forecast"]
            made["forecast"] = unpurged.reindex(pd.MultiIndex.from_frame(made[["model", "origin"]])).to_numpy()
        parts.append(made)
    return pd.concat(parts, ignore_index=True)


def _changed(change: Callable[[pd.DataFrame], pd.Series], column: str = "forecast") -> Callable[..., pd.DataFrame]:
    """An evaluator that changes one column per model and horizon after an honest evaluation."""

    def evaluator(cleaned: pd.DataFrame, horizons: Sequence[int]) -> pd.DataFrame:
        made = honest_evaluate(cleaned, horizons)
        groups = [rows.assign(**{column: change(rows)}) for _, rows in made.groupby(["horizon", "model"], sort=False)]
        return pd.concat(groups)

    return evaluator


def _selected_in_hindsight(cleaned: pd.DataFrame, horizons: Sequence[int]) -> pd.DataFrame:
    """The five features that correlate most with the outcomes of the whole sample."""
    names = [name for name in features.feature_names(cleaned) if name not in ("vix_level", "realized_volatility_22")]
    strength = cleaned[names].corrwith(cleaned["target_1"]).abs()
    dropped = strength.sort_values().index[:-5]
    return honest_evaluate(cleaned.drop(columns=list(dropped)), horizons)


def _fitted_on_everything(cleaned: pd.DataFrame, horizons: Sequence[int]) -> pd.DataFrame:
    """One fit on all rows, forecasts made of the same rows."""
    made = honest_evaluate(cleaned, horizons)
    X = cleaned[list(features.feature_names(cleaned))].to_numpy()
    X = np.column_stack([np.ones(len(X)), (X - X.mean(0)) / (X.std(0) + 1e-12)])
    for horizon in horizons:
        y = cleaned[f"target_{horizon}"].to_numpy()
        known = ~np.isnan(y)
        fit = pd.Series(X @ np.linalg.lstsq(X[known], y[known], rcond=None)[0], index=cleaned["session"])
        rows = (made["model"] == "ols") & (made["horizon"] == horizon)
        made.loc[rows, "forecast"] = fit.reindex(made.loc[rows, "origin"]).to_numpy()
    return made


def _best_model_each_day(cleaned: pd.DataFrame, horizons: Sequence[int]) -> pd.DataFrame:
    """Whichever candidate turned out closer is passed off as the forecast."""
    made = honest_evaluate(cleaned, horizons)
    wide = made.pivot_table(index=["horizon", "origin"], columns="model", values="forecast")
    realised = made.drop_duplicates(["horizon", "origin"]).set_index(["horizon", "origin"])["realised"]
    miss = wide.sub(realised, axis=0).abs().fillna(0.0)
    best = pd.Series(wide.to_numpy()[np.arange(len(wide)), miss.to_numpy().argmin(axis=1)], index=wide.index)
    rows = made["model"] == "ridge"
    keys = pd.MultiIndex.from_frame(made.loc[rows, ["horizon", "origin"]])
    made.loc[rows, "forecast"] = best.reindex(keys).to_numpy()
    return made


EVALUATORS: dict[str, Callable[..., pd.DataFrame]] = {
    "scaler outside the window": _standardised_outside,
    "missing purge": _without_purge,
    "features selected in hindsight": _selected_in_hindsight,
    "fitted on everything": _fitted_on_everything,
    "best model of each day": _best_model_each_day,
    "forecasts smoothed both ways": _changed(
        lambda rows: rows["forecast"].rolling(3, center=True, min_periods=1).mean()
    ),
    "forecasts shrunk by full-sample fit": _changed(
        lambda rows: rows["forecast"] * rows["realised"].cov(rows["forecast"]) / max(rows["forecast"].var(), 1e-12)
    ),
    "benchmark of the whole sample": _changed(lambda rows: rows["realised"].mean() + 0 * rows["forecast"], "benchmark"),
    "bounds from all errors": _changed(
        lambda rows: rows["forecast"] + (rows["realised"] - rows["forecast"]).abs().quantile(0.9), "upper_90"
    ),
    "the outcome itself": _changed(lambda rows: rows["forecast"] + 0.1 * rows["realised"].fillna(0.0)),
}
