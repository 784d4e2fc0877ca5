"""Whether skill holds over time and in calm and nervous markets, or comes from one stretch.

Descriptions of the past, made afterwards: terciles are those of the whole evaluation. No forecast uses them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from spx_assets.errors import UsageError
from spx_assets.forecasting import scores
from spx_assets.forecasting.tests_of_skill import clark_west

ROLLING_YEARS = 5
TERCILES = ("calm", "middle", "nervous")
SPLITS = ("all", "decade", "volatility", "rolling")


def stability(evaluation: pd.DataFrame, *, years: int = ROLLING_YEARS) -> pd.DataFrame:
    """Scores of each (horizon, model) of the `walk_forward` table in parts of its known forecasts.

    Splits: `all`; `decade` (1990s …); `volatility`, terciles of the volatility known at the origin, which is the VIX
    wherever there is one; `rolling`, the `years` calendar years ending with each year whose window the
    forecasts fill. Columns: horizon, model, split, period, first, last (origins), n, r2_os, clark_west and its
    p-value, hit_rate, always_up_rate. Many parts are tested: one in twenty is below 5 % by chance. In
    `volatility` the rows of a tercile follow one another with gaps, which the overlap correction then reads as
    neighbours.
    """
    if years < 1:
        raise UsageError("A rolling window has at least one year", evidence=repr(years))
    parts = [
        {"horizon": int(rows["horizon"].iloc[0]), "model": str(rows["model"].iloc[0]), **part}
        for _, rows in evaluation.groupby(["horizon", "model"], sort=False)
        for part in _parts(rows.dropna(subset=["realised", "forecast", "benchmark"]), years)
    ]
    return pd.DataFrame(parts)


def _parts(known: pd.DataFrame, years: int) -> Iterator[dict[str, object]]:
    if known.empty:
        return
    horizon = int(known["horizon"].iloc[0])
    year = known["origin"].dt.year
    yield _scored("all", "all", known, horizon)
    for decade, rows in known.groupby(year // 10 * 10):
        yield _scored("decade", f"{decade}s", rows, horizon)
    edges = np.quantile(known["scale"], [1 / 3, 2 / 3])
    tercile = np.searchsorted(edges, known["scale"], side="left")
    for place, name in enumerate(TERCILES):
        if (tercile == place).any():
            yield _scored("volatility", name, known[tercile == place], horizon)
    for last in range(int(year.min()) + years - 1, int(year.max()) + 1):
        within = known[(year > last - years) & (year <= last)]
        yield _scored("rolling", f"{last - years + 1}–{last}", within, horizon)


def _scored(split: str, period: str, rows: pd.DataFrame, horizon: int) -> dict[str, object]:
    y, f, b = (rows[name].to_numpy(dtype=np.float64) for name in ("realised", "forecast", "benchmark"))
    test = clark_west(y, f, b, horizon=horizon)
    return {
        "split": split,
        "period": period,
        "first": rows["origin"].min(),
        "last": rows["origin"].max(),
        "n": len(rows),
        "r2_os": scores.r2_out_of_sample(y, f, b),
        "clark_west": test.statistic,
        "clark_west_p": test.p_value,
        "hit_rate": scores.hit_rate(y, f),
        "always_up_rate": scores.always_up_rate(y),
    }
