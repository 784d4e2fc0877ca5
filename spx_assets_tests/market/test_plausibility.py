"""What cannot be true refuses a file; what is no observation yet is left out and counted."""

from __future__ import annotations

import pandas as pd
import pytest

from spx_assets.errors import SourceRefused
from spx_assets.market.draft import FileContext
from spx_assets.market.parse import parse
from spx_assets_tests.market.documents import NOW, as_bytes, days, with_cell, yahoo_csv, yahoo_lines


def refusal_of(lines: list[str], now: pd.Timestamp = NOW) -> str:
    """The message these lines are refused with."""
    with pytest.raises(SourceRefused) as refused:
        parse(as_bytes(lines), "spx.csv", context=FileContext(now))
    return str(refused.value)


def test_a_date_in_the_future_is_refused() -> None:
    """Tomorrow in New York is the future, today is not."""
    lines = ["date,wti", "2024-06-28,81", "2024-07-01,82"]
    assert "spx.csv line 3, column date: 2024-07-01 is in the future" in refusal_of(lines)
    assert len(parse(as_bytes(lines[:2]), "spx.csv", context=FileContext(NOW)).observations) == 1


def test_today_is_new_yorks_today() -> None:
    """At 02:00 UTC New York still has the day before."""
    lines = ["date,wti", "2024-06-28,81"]
    assert "in the future" in refusal_of(lines, pd.Timestamp("2024-06-28 02:00", tz="UTC"))


def test_a_session_that_is_not_over_is_left_out() -> None:
    """Yahoo's last row during a session is its running price, not its close."""
    running = pd.Timestamp(f"{days(5)[4]} 15:00", tz="America/New_York").tz_convert("UTC")
    reading = parse(yahoo_csv(5), "spx.csv", context=FileContext(running))
    assert f"{reading.observations['date'].max():%F}" == days(5)[3]
    assert reading.repairs == ("spx.csv: 1 rows left out: the session is not over (line 6, 2024-01-08)",)
    over = parse(yahoo_csv(5), "spx.csv", context=FileContext(running + pd.Timedelta(hours=1)))
    assert f"{over.observations['date'].max():%F}" == days(5)[4]


def test_a_file_of_nothing_but_the_running_session_holds_no_observation() -> None:
    """Nothing is left to accept."""
    lines = ["date,spx_close", "2024-06-28,5480"]
    assert "holds no observation" in refusal_of(lines, pd.Timestamp("2024-06-28 15:00", tz="UTC"))


@pytest.mark.parametrize(
    ("series", "date", "cell"),
    [
        ("spx_close", "2024-01-02", "0.5"),
        ("vix_close", "2024-01-02", "1.32"),
        ("vix_close", "2024-01-02", "474.2"),
        ("treasury_10y", "2024-01-02", "395"),
        ("core_cpi", "2024-01-01", "0"),
        ("wti", "2024-01-02", "-7037"),
        ("spx_volume", "2024-01-02", "-1"),
    ],
)
def test_values_outside_the_plausible_range_are_refused(series: str, date: str, cell: str) -> None:
    """Each series by its own entry in the catalogue."""
    message = refusal_of([f"date,{series}", f"{date},{cell}"])
    assert f"line 2, column {series}: {cell} is outside" in message


def test_the_negative_oil_price_of_2020_is_true() -> None:
    """-36.98 on 2020-04-20 is in the range: implausible to a reader, plausible to the market."""
    assert len(parse(b"date,wti\n2020-04-20,-36.98\n", "wti.csv", context=FileContext(NOW)).observations) == 1


@pytest.mark.parametrize("factor", [10.0, 0.1, 0.75, 1.35])
def test_a_jump_no_session_ever_made_is_refused(factor: float) -> None:
    """Ten times, a tenth, a split, a quarter: the line is named."""
    lines = ["date,spx_close", *(f"{day},{4742.83 + i:.2f}" for i, day in enumerate(days(10)))]
    message = refusal_of(with_cell(lines, 6, 1, f"{4746.83 * factor:.2f}"))
    assert "spx.csv line 6, column spx_close" in message
    assert "times the close before it" in message


def test_the_largest_real_moves_are_accepted() -> None:
    """Black Monday and the day banks reopened in 1933 are history, not damage."""
    lines = ["date,spx_close", "1933-03-03,5.67", "1933-03-15,6.81", "1987-10-16,282.70", "1987-10-19,224.84"]
    assert len(parse(as_bytes(lines), "spx.csv", context=FileContext(NOW)).observations) == 4


def test_missing_sessions_may_each_have_moved() -> None:
    """Over a gap the bound grows with the sessions in it: two days of October 1987 lost 28 %."""
    lines = ["date,spx_close", "1987-10-15,298.08", "1987-10-19,224.84"]
    assert len(parse(as_bytes(lines), "spx.csv", context=FileContext(NOW)).observations) == 2


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        (2, "4600.00", "column High: spx_high 4600 is below"),
        (3, "4790.00", "below spx_low 4790"),
        (1, "4790.00", "is below spx_open 4790"),
        (4, "4790.00", "is below spx_close 4790"),
        (2, "47173.30", "further apart"),
    ],
)
def test_prices_of_one_session_must_fit_together(column: int, cell: str, words: str) -> None:
    """The high is the largest, the low the smallest, and they are not worlds apart."""
    message = refusal_of(with_cell(yahoo_lines(5), 4, column, cell))
    assert "spx.csv line 4" in message
    assert words in message


def test_rounding_is_not_inconsistency() -> None:
    """Yahoo's single precision may put a close a hair above the high."""
    lines = [yahoo_lines(1)[0], "2024-01-02,4742.83,4742.830078125,4700,4742.83008,4742.83008,1000"]
    assert len(parse(as_bytes(lines), "spx.csv", context=FileContext(NOW)).observations) == 5


def test_a_month_is_dated_by_its_first_day() -> None:
    """Another day could be the period's end or the day of publication."""
    assert "2023-12-31 is not the first of a month" in refusal_of(["date,core_cpi", "2023-12-31,313.2"])


def test_a_daily_series_at_monthly_dates_is_refused() -> None:
    """Monthly averages of the index carry the daily id; their first-of-month values are no closes."""
    lines = ["date,SP500", *(f"2023-{month:02d}-01,{4000 + month}" for month in range(1, 13))]
    assert "spx_close is daily" in refusal_of(lines)
    lines = ["date,DGS10", *(f"2023-{month:02d}-01,4.{month}" for month in range(1, 13))]
    assert "treasury_10y is daily, and its dates are 31 days apart" in refusal_of(lines)


def test_a_close_missing_on_a_session_is_refused() -> None:
    """Before the first and after the last close, and on holidays, nothing is missing."""
    lines = [
        "date,spx_close,vix_close",
        "2023-12-29,,12.45",
        "2024-01-01,,13.1",
        "2024-01-02,4742.83,13.2",
        "2024-01-03,4704.81,14.04",
        "2024-01-04,,14.13",
    ]
    assert len(parse(as_bytes(lines), "spx.csv", context=FileContext(NOW)).observations) == 7
    message = refusal_of([*lines, "2024-01-05,4697.24,13.35"])
    assert "spx.csv line 6, column spx_close: is empty, and the NYSE was open" in message


def test_nothing_is_known_before_its_date() -> None:
    """An instant before the date itself is look-ahead by construction."""
    lines = ["series,date,value,known_at", "vix_close,2024-01-03,14.04,2024-01-02 21:15:00+00:00"]
    assert "line 2, column known_at: before the date itself" in refusal_of(lines)


def test_the_vix_prints_on_nyse_holidays() -> None:
    """CBOE strikes a VIX on some of them since 2022: an observation like any other."""
    assert len(parse(b"date,VIXCLS\n2024-01-15,13.8\n", "vix.csv", context=FileContext(NOW)).observations) == 1
