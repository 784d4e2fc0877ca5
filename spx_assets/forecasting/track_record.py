"""The track record: how the forecasts of the ledger have done, and whether data or errors have drifted.

Scores, interval coverage and drift as tables, from the ledger's table and what is known now. Forecasts made after
their outcome was known are scored apart: what is made in hindsight proves less. Nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from spx_assets.features import feature_names
from spx_assets.forecasting import interval_tests, scores
from spx_assets.forecasting.drift import Drift, drift
from spx_assets.forecasting.intervals import coverage, mean_width
from spx_assets.forecasting.ledger_table import scored
from spx_assets.forecasting.tests_of_skill import clark_west, diebold_mariano

# A quarter of sessions: what a monitor calls recent.
RECENT = 63
FEWEST_OUTCOMES = 20
SAMPLES: Mapping[str, bool] = {"all": False, "made in time": True}
SCORES: Mapping[str, str] = {
    "horizon": "int64",
    "sample": "object",
    "n": "int64",
    "pending": "int64",
    **dict.fromkeys(("r2_os", "rmse", "mae", "mean_error", "hit_rate", "always_up_rate"), "float64"),
    **dict.fromkeys(("clark_west", "clark_west_p", "worse_p"), "float64"),
}
COVERAGE: Mapping[str, str] = {
    "horizon": "int64",
    "level": "float64",
    "n": "int64",
    **dict.fromkeys(("coverage", "mean_width", "kupiec_p", "christoffersen_p"), "float64"),
}
DRIFT: Mapping[str, str] = {
    "kind": "object",
    "subject": "object",
    "n_before": "int64",
    "n_recent": "int64",
    **dict.fromkeys(("psi", "ks", "ks_p"), "float64"),
    "windows": "int64",
    "beyond": "int64",
    "drifted": "bool",
}
FEATURE, ERROR = "feature", "error"
ERROR_SCALE = "90"


@dataclass(frozen=True, eq=False)
class TrackRecord:
    """`forecasts` is the ledger's table; `scores`, `coverage` and `drift` say what it shows."""

    forecasts: pd.DataFrame
    scores: pd.DataFrame
    coverage: pd.DataFrame
    drift: pd.DataFrame

    @property
    def outcomes(self) -> int:
        """How many scored forecasts have an outcome."""
        return int(scored(self.forecasts)["realised"].notna().sum())

    @property
    def statement(self) -> str:
        """What there is to judge, in a sentence; plainly when there is nothing yet."""
        made, in_time = len(scored(self.forecasts)), int(scored(self.forecasts, in_time=True)["realised"].notna().sum())
        if not self.outcomes:
            return f"{_forecasts(made)} in the ledger, and no outcome is known yet: there is nothing to judge."
        return f"{_forecasts(made)} in the ledger, {self.outcomes:,} with an outcome, {in_time:,} of them made in time."


def track_record(forecasts: pd.DataFrame, cleaned: pd.DataFrame, evaluation: pd.DataFrame) -> TrackRecord:
    """The track record of the ledger's table, against `cleaned_data` and the out-of-sample errors in `walk_forward`."""
    horizons = sorted(forecasts["horizon"].unique())
    return TrackRecord(
        forecasts,
        _table(SCORES, [_scores(forecasts, int(horizon), sample) for horizon in horizons for sample in SAMPLES]),
        _table(COVERAGE, [row for horizon in horizons for row in _coverage(forecasts, int(horizon))]),
        _table(DRIFT, [*_feature_drift(cleaned), *_error_drift(forecasts, evaluation)]),
    )


def _table(kinds: Mapping[str, str], rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(kinds)).astype(dict(kinds))


def _scores(forecasts: pd.DataFrame, horizon: int, sample: str) -> dict[str, object]:
    rows = scored(forecasts, in_time=SAMPLES[sample])
    rows = rows[rows["horizon"] == horizon]
    y, f, b = scores.known_rows(rows["realised"], rows["forecast"], rows["benchmark"])
    nested = clark_west(y, f, b, horizon=horizon)
    worse = diebold_mariano(y, f, b, horizon=horizon, kernel="bartlett", alternative="less")
    return {
        "horizon": horizon,
        "sample": sample,
        "n": len(y),
        "pending": len(rows) - len(y),
        "r2_os": scores.r2_out_of_sample(y, f, b),
        "rmse": scores.rmse(y, f),
        "mae": scores.mae(y, f),
        "mean_error": float(np.mean(y - f)) if len(y) else np.nan,
        "hit_rate": scores.hit_rate(y, f),
        "always_up_rate": scores.always_up_rate(y),
        "clark_west": nested.statistic,
        "clark_west_p": nested.p_value,
        "worse_p": worse.p_value,
    }


def _coverage(forecasts: pd.DataFrame, horizon: int) -> Iterator[dict[str, object]]:
    rows = scored(forecasts)
    rows = rows[rows["horizon"] == horizon]
    percents = [name.removeprefix("lower_") for name in map(str, rows) if name.startswith("lower_")]
    for percent in percents:
        y, low, high = scores.known_rows(rows["realised"], rows[f"lower_{percent}"], rows[f"upper_{percent}"])
        level = round(float(percent) / 100, 12)
        tests = interval_tests.interval_coverage(y, low, high, level=level, horizon=horizon)
        yield {
            "horizon": horizon,
            "level": level,
            "n": len(y),
            "coverage": coverage(y, low, high),
            "mean_width": mean_width(y, low, high),
            "kupiec_p": tests.kupiec.p_value,
            "christoffersen_p": tests.christoffersen.p_value,
        }


def _feature_drift(cleaned: pd.DataFrame) -> Iterator[dict[str, object]]:
    for name in feature_names(cleaned):
        values = cleaned[name].to_numpy(dtype=np.float64)
        yield _drift_row(FEATURE, name, drift(values[:-RECENT], values[-RECENT:]))


def _error_drift(forecasts: pd.DataFrame, evaluation: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Errors of the ledger against those of the same model out of sample, before the first of them."""
    for horizon, rows in scored(forecasts).groupby("horizon"):
        recent = rows[rows["realised"].notna()].tail(RECENT)
        past = evaluation[(evaluation["horizon"] == horizon) & (evaluation["model"] == rows["model"].iloc[-1])]
        past = past[past["origin"] < rows["origin"].min()]
        judged = recent if len(recent) >= FEWEST_OUTCOMES else recent.head(0)
        found = drift(_errors(past, rows), _errors(judged, rows))
        yield _drift_row(ERROR, f"{horizon} {'session' if horizon == 1 else 'sessions'}", found)


def _errors(rows: pd.DataFrame, like: pd.DataFrame) -> pd.Series:
    """Errors in units of their own 90 % interval, so that a turbulent quarter is not an error of the model."""
    lower, upper = f"lower_{ERROR_SCALE}", f"upper_{ERROR_SCALE}"
    error = rows["realised"] - rows["forecast"]
    known = lower in rows and lower in like and like[lower].notna().any()
    return error / ((rows[upper] - rows[lower]) / 2) if known else error


def _drift_row(kind: str, subject: str, found: Drift) -> dict[str, object]:
    return {"kind": kind, "subject": subject, **asdict(found), "drifted": found.drifted}


def _forecasts(count: int) -> str:
    return "1 forecast is" if count == 1 else f"{count:,} forecasts are"
