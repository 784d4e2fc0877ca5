"""The embedded default: what the `arch` package carries, read whole and without importing it."""

from __future__ import annotations

import subprocess
import sys
import time

import pandas as pd
import pytest

from spx_assets.market.sources import sample


@pytest.fixture(scope="module")
def observations() -> pd.DataFrame:
    """The sample, read once."""
    return sample.read().observations


@pytest.mark.parametrize(
    ("series", "count", "first", "last"),
    [
        ("spx_open", 5_031, ("1999-01-04", 1229.22998), ("2018-12-31", 2498.939941)),
        ("spx_high", 5_031, ("1999-01-04", 1248.810059), ("2018-12-31", 2509.23999)),
        ("spx_low", 5_031, ("1999-01-04", 1219.099976), ("2018-12-31", 2482.820068)),
        ("spx_close", 5_031, ("1999-01-04", 1228.099976), ("2018-12-31", 2506.850098)),
        ("spx_volume", 5_031, ("1999-01-04", 877_000_000.0), ("2018-12-31", 3_442_870_000.0)),
        ("vix_close", 1_259, ("2014-01-03", 13.76), ("2019-01-03", 25.45)),
        ("aaa_yield", 1_200, ("1919-01-01", 5.35), ("2018-12-01", 4.02)),
        ("baa_yield", 1_200, ("1919-01-01", 7.12), ("2018-12-01", 5.13)),
        ("core_cpi", 743, ("1957-01-01", 28.5), ("2018-11-01", 259.481)),
        ("wti", 8_321, ("1986-01-02", 25.56), ("2019-01-03", 46.92)),
    ],
)
def test_each_series_is_there_whole(
    observations: pd.DataFrame, series: str, count: int, first: tuple[str, float], last: tuple[str, float]
) -> None:
    """Count, first and last observation, as they stand in the package's files."""
    rows = observations[observations["series"] == series]
    ends = [(f"{row.date:%F}", row.value) for row in rows.iloc[[0, -1]].itertuples()]
    assert (len(rows), *ends) == (count, first, last)


@pytest.mark.parametrize(
    ("series", "date", "value"),
    [
        ("spx_close", "2008-10-15", 907.840027),
        ("vix_close", "2018-02-05", 37.32),
        ("baa_yield", "2008-10-01", 8.88),
        ("core_cpi", "2008-10-01", 216.788),
        ("wti", "2008-07-14", 145.16),
    ],
)
def test_values_in_between(observations: pd.DataFrame, series: str, date: str, value: float) -> None:
    """A memorable day of each file."""
    at = (observations["series"] == series) & (observations["date"] == date)
    assert list(observations.loc[at, "value"]) == [value]


def test_nothing_else_is_there(observations: pd.DataFrame) -> None:
    """Ten series, every row accounted for."""
    assert len(observations) == 37_878
    assert observations["series"].nunique() == 10


def test_missing_values_are_counted_not_invented() -> None:
    """The files themselves say which days have no value."""
    assert sample.read().repairs == (
        "arch:data/vix/vix.csv.gz: 46 missing values of vix_close skipped",
        "arch:data/wti/wti.csv.gz: 290 missing values of wti skipped",
    )


def test_each_observation_names_its_file(observations: pd.DataFrame) -> None:
    """The source is the package and the file in it."""
    sources = dict(observations.groupby("series")["source"].first())
    assert sources["spx_close"] == "arch:data/sp500/sp500.csv.gz"
    assert set(observations["source"]) == set(sample.read().sources)


def test_sessions_with_both_prices_and_vix(observations: pd.DataFrame) -> None:
    """1,257 sessions have an S&P close and a VIX close, from 2014 on."""
    dates = {s: set(observations.loc[observations["series"] == s, "date"]) for s in ("spx_close", "vix_close")}
    assert len(dates["spx_close"] & dates["vix_close"]) == 1_257


def test_reading_it_again_gives_equal_rows(observations: pd.DataFrame) -> None:
    """The same rows in the same order, every time."""
    pd.testing.assert_frame_equal(sample.read().observations, observations)


def test_reading_is_quick(observations: pd.DataFrame) -> None:
    """Well under a second of processor time once imported (measured: 0.15 s)."""
    started = time.process_time()
    sample.read()
    assert time.process_time() - started < 1.0
    assert len(observations) > 0


def test_neither_arch_nor_pandera_is_imported_to_read() -> None:
    """`arch` costs 1.5 s of processor time to import, pandera half a second."""
    script = (
        "import sys, pandas\n"
        "from spx_assets import market\n"
        "market.read_source('sample', now=pandas.Timestamp('2024-01-01', tz='UTC'))\n"
        "print(sorted({'arch', 'pandera', 'pyarrow.parquet', 'scipy', 'dagster'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"
