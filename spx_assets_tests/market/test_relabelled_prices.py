"""Files of prices relabelled, moved, scaled or with days dropped: rejected, or equal to the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import SourceRefused
from spx_assets.market import calendar
from spx_assets.market.agreement import Held
from spx_assets.market.draft import FileContext
from spx_assets.market.parse import parse
from spx_assets.market.reading import observations_of
from spx_assets.market.rewrites import ALWAYS_ALLOWED, MAX_CHANGED_SHARE_DAILY
from spx_assets.market.rewrites import ROUNDING as MAX_ROUNDING
from spx_assets_tests.market.documents import SHARED, closes_through_references

NOW = pd.Timestamp("2026-11-30", tz="UTC")
NAMES = {"spx_close": "^GSPC.csv", "vix_close": "VIX_History.csv"}
ROUNDING = 0.011


def generated() -> dict[str, pd.Series]:
    """Both series through their published closes, without shared data."""
    spans = {"spx_close": "1928-04-02", "vix_close": "1990-04-02"}
    days = {name: calendar.sessions(first, "2026-06-04") for name, first in spans.items()}
    days = {name: dates[(dates.dayofweek < 5)] for name, dates in days.items()}
    return {name: pd.Series(closes_through_references(dates, name), index=dates) for name, dates in days.items()}


def recorded() -> dict[str, pd.Series]:
    """Both series as they were."""
    files = {"spx_close": ("gspc_daily_yahoo_1927_2026.csv", "Close"), "vix_close": ("vix-daily.datasets.csv", "CLOSE")}
    found = {}
    for series, (file, column) in files.items():
        table = pd.read_csv(SHARED / "history" / file).dropna(subset=[column])
        found[series] = pd.Series(table[column].round(2).to_numpy(), index=pd.DatetimeIndex(table.iloc[:, 0]))
    return found


def altered(truth: dict[str, pd.Series], chance: np.random.Generator) -> tuple[bytes, str, Held]:
    """A window of a real series under one of three names, changed in one way or none; perhaps part of it is held."""
    source, label = (str(chance.choice(list(NAMES))) for _ in range(2))
    count = int(chance.integers(130, 700))
    start = int(chance.integers(0, len(truth[source]) - count - 4))
    window = truth[source].iloc[start + 2 : start + 2 + count]
    dates, closes = window.index, window.to_numpy()
    match int(chance.integers(0, 5)):
        case 0:
            step = int(chance.choice([-2, -1, 1, 2]))
            closes = truth[source].iloc[start + 2 + step : start + 2 + step + count].to_numpy()
        case 1:
            closes = closes * float(chance.choice([0.1, 0.5, 0.98, 1.003, 1.02, 2.0, 10.0]))
        case 2:
            kept = np.sort(chance.permutation(count)[: int(count * 0.9)])
            dates, closes = dates[kept], closes[kept]
        case 3:
            dates = dates + pd.Timedelta(days=int(chance.choice([-1, 1])))
        case _:
            pass
    rows = [
        f"{day:%Y-%m-%d},{close:.2f},{close * 1.01:.2f},{close * 0.99:.2f},{close:.2f}"
        for day, close in zip(dates, closes, strict=True)
    ]
    held = truth[label].iloc[start : start + count // 2] if start + count < len(truth[label]) else truth[label][:0]
    known = observations_of(label, pd.DatetimeIndex(held.index), held.to_numpy(), "held")
    name = str(chance.choice([NAMES[label], NAMES[label], "table.csv"]))
    data = "\n".join(["Date,Open,High,Low,Close", *rows, ""]).encode()
    return data, name, Held(known) if chance.random() < 0.3 else Held()


def is_wrong(data: bytes, name: str, held: Held, truth: dict[str, pd.Series]) -> bool:
    """Whether the file is accepted with a close that is not the series'."""
    try:
        rows = parse(data, name, context=FileContext(NOW, held=held)).observations
    except SourceRefused:
        return False
    # A file that differs from most that is held is a rewrite of history: read, and not merged without a person.
    for series in NAMES:
        values = rows[rows["series"] == series].set_index("date")["value"]
        both = held.of(series).index.intersection(values.index)
        apart = np.abs(values.loc[both] / held.of(series).loc[both] - 1) > MAX_ROUNDING
        if apart.sum() > max(ALWAYS_ALLOWED, MAX_CHANGED_SHARE_DAILY * len(both)):
            return False
    for series, values in rows[rows["series"].isin(NAMES)].groupby("series"):
        expected = truth[str(series)].reindex(pd.DatetimeIndex(values["date"])).to_numpy()
        if not (np.abs(values["value"].to_numpy() - expected) <= ROUNDING).all():
            return True
    return False


def test_a_relabelled_moved_or_scaled_file_is_rejected_or_true() -> None:
    """Sixty files of generated prices, none accepted wrong."""
    truth, chance = generated(), np.random.default_rng(13)
    assert sum(is_wrong(*altered(truth, chance), truth) for _ in range(60)) == 0


@pytest.mark.slow
@pytest.mark.timeout(7_200)
@pytest.mark.skipif(not SHARED.exists(), reason="the recorded histories are not beside the repository")
def test_twenty_thousand_files_of_real_prices_soaked() -> None:
    """None of 20,000 is accepted wrong."""
    truth, chance = recorded(), np.random.default_rng(20_000)
    assert sum(is_wrong(*altered(truth, chance), truth) for _ in range(20_000)) == 0
