"""The 28 monthly predictors of Neely, Rapach, Tu and Zhou (2014, Management Science 60, section 2).

What the replication forecasts from; the product's own features are in `spx_assets.features`. Row t uses month
t and earlier, as far as it was published by its end.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

SHORT_MONTHS, LONG_MONTHS = (1, 2, 3), (9, 12)


def economic_predictors(months: pd.DataFrame) -> pd.DataFrame:
    """The 14 macroeconomic predictors, with the signs of the paper's one-sided tests."""
    index, lagged = np.log(months["index"]), np.log(months["index"].shift(1))
    excess = months["ret"] - months["rfree"].shift(1)
    return pd.DataFrame(
        {
            "DP": np.log(months["d12"]) - index,
            "DY": np.log(months["d12"]) - lagged,
            "EP": np.log(months["e12"]) - index,
            "DE": np.log(months["d12"]) - np.log(months["e12"]),
            "RVOL": np.sqrt(np.pi / 2) * np.sqrt(12) * excess.abs().rolling(12).mean(),  # Mele (2007)
            "BM": months["bm"],
            "NTIS": -months["ntis"],
            "TBL": -months["tbl"],
            "LTY": -months["lty"],
            "LTR": months["ltr"],
            "TMS": months["lty"] - months["tbl"],
            "DFY": months["baa"] - months["aaa"],
            "DFR": months["corpr"] - months["ltr"],
            "INFL": -months["infl"].shift(1),  # a month's prices are published in the next
        }
    )


def technical_indicators(months: pd.DataFrame) -> pd.DataFrame:
    """The 14 buy signals, 1 or 0: moving averages of the price, momentum, and moving averages of on-balance volume.

    MA(s,l) when the mean price of s months is at least that of l, MOM(m) when the price is at least that of m
    months before, VOL(s,l) as MA of Σ volume · sign(price change), with + for none.
    """
    price = months["index"]
    signed = months["volume"].mul(np.where(price.diff() >= 0, 1, -1))
    pairs = [(short, long) for short in SHORT_MONTHS for long in LONG_MONTHS]
    signals = {f"MA({short},{long})": _crossed(price, short, long) for short, long in pairs}
    signals |= {f"MOM({m})": price >= price.shift(m) for m in LONG_MONTHS}
    signals |= {f"VOL({short},{long})": _crossed(signed.cumsum(), short, long) for short, long in pairs}
    return pd.DataFrame(signals).astype(np.float64)


def _crossed(level: pd.Series, short: int, long: int) -> pd.Series:
    return level.rolling(short).mean() >= level.rolling(long).mean()
