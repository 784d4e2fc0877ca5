"""ALFRED's vintages: recorded ones as they came, and the three cases in which the release rule knows better."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spx_assets.errors import SourceRefused
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.draft import FileContext
from spx_assets.market.observation import validated
from spx_assets.market.parse import judged
from spx_assets.market.reading import Reading
from spx_assets.market.refusal import Problems
from spx_assets.market.revisions import as_of
from spx_assets.market.vintages import records, vintage_dates, vintages
from spx_assets_tests.market.documents import SHARED

recorded = pytest.mark.skipif(not SHARED.exists(), reason="the recorded payloads are not beside the repository")
NOW = pd.Timestamp("2026-09-01", tz="UTC")
FIRST = pd.Timestamp("1991-12-04")


def read(data: bytes, series: str = "gdp", first: pd.Timestamp = FIRST) -> Reading:
    """A page of observations as the fred source reads it."""
    problems = Problems("alfred")
    found, count = records(data, problems)
    assert len(found) == count
    table, draft = vintages(found, CATALOGUE[series], problems, first_vintage=first)
    return judged([draft], table, problems, context=FileContext(NOW), uri="alfred")


def page(*rows: tuple[str, str, str], **changes: Any) -> bytes:
    """A page of (date, realtime_start, value)."""
    observations = [
        {"date": date, "realtime_start": start, "realtime_end": "9999-12-31", "value": value}
        for date, start, value in rows
    ]
    body = {"units": "lin", "output_type": 1, "count": len(rows), "observations": observations}
    return json.dumps(body | changes).encode()


def said(reading: Reading) -> list[tuple[str, float, str]]:
    """Date, value and when it was known, in New York."""
    known_at = reading.observations["known_at"].dt.tz_convert("America/New_York")
    rows = zip(reading.observations["date"], reading.observations["value"], known_at, strict=True)
    return [(f"{date:%F}", value, f"{at:%F %H:%M}") for date, value, at in rows]


def test_each_vintage_is_known_on_its_day() -> None:
    """At the hour of the series' release; a revision beside what it revised."""
    reading = read(page(("2024-01-01", "2024-04-25", "28284.5"), ("2024-01-01", "2024-05-30", "28255.9")))
    assert said(reading) == [
        ("2024-01-01", 28284.5, "2024-04-25 08:30"),
        ("2024-01-01", 28255.9, "2024-05-30 08:30"),
    ]


def test_a_withdrawn_value_is_skipped_and_counted() -> None:
    """`.` after a value takes it back; what was known before stands, and the value's return says nothing new."""
    rows = [("1993-01-22", "6300.1"), ("1994-01-21", "."), ("1995-01-20", "6300.1"), ("1996-01-19", "6310")]
    reading = read(page(*(("1990-01-01", start, value) for start, value in rows)))
    assert [(value, at[:4]) for _, value, at in said(reading)] == [(6300.1, "1993"), (6310.0, "1996")]
    assert reading.repairs == ("alfred: 1 withdrawn values of gdp skipped: what was known before stands",)


def test_a_value_that_never_was_is_missing() -> None:
    """`.` without a value before it."""
    reading = read(page(("1990-01-01", "1993-01-22", "."), ("1990-04-01", "1993-01-22", "6300.1")))
    assert reading.repairs == ("alfred: 1 missing values of gdp skipped",)


def test_a_value_repeated_by_the_next_chunk_is_one() -> None:
    """Requests are cut by vintages: each repeats what stood when its first vintage came."""
    rows = [("2024-01-01", "2024-04-25", "28284.5"), ("2024-01-01", "2024-05-30", "28284.5")]
    assert len(read(page(*rows)).observations) == 1


def test_the_first_vintage_does_not_make_history_unknown() -> None:
    """It holds decades: what the release rule knew before it was known by the rule."""
    first = pd.Timestamp("1996-12-12")
    reading = read(
        page(("1990-01-01", "1996-12-12", "131.5"), ("1996-11-01", "1996-12-12", "167.4")), "core_cpi", first
    )
    assert said(reading) == [
        ("1990-01-01", 131.5, "1990-03-02 08:30"),
        ("1996-11-01", 167.4, "1996-12-12 08:30"),
    ]


def test_a_later_vintage_of_an_old_date_is_known_when_it_came() -> None:
    """Only the first vintage is a backlog: history added later was added later."""
    reading = read(page(("1946-01-01", "1992-12-22", "199.7")))
    assert said(reading) == [("1946-01-01", 199.7, "1992-12-22 08:30")]


def test_a_close_is_known_when_it_is_struck() -> None:
    """FRED repeats the VIX the next morning; the market knew at 16:15. A revision is known when it comes."""
    rows = [("2024-01-02", "2024-01-03", "13.20"), ("2024-01-02", "2024-08-20", "13.21")]
    assert said(read(page(*rows), "vix_close", pd.Timestamp("2010-01-04"))) == [
        ("2024-01-02", 13.20, "2024-01-02 16:15"),
        ("2024-01-02", 13.21, "2024-08-20 16:15"),
    ]


def test_a_vintage_within_its_own_period_is_not_believed() -> None:
    """A yield of a day cannot be known on that morning; of two values known at once the later stands."""
    rows = [("2024-01-02", "2024-01-02", "3.94"), ("2024-01-02", "2024-01-03", "3.95")]
    assert said(read(page(*rows), "treasury_10y")) == [("2024-01-02", 3.95, "2024-01-03 09:30")]


def test_a_delayed_release_is_known_when_it_came() -> None:
    """The shutdown of 2025: no rule is needed where there is a vintage."""
    assert said(read(page(("2025-09-01", "2025-11-20", "4.4")), "unemployment")) == [
        ("2025-09-01", 4.4, "2025-11-20 08:30")
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            page(("2024-01-01", "2024-04-25", "28,284.5")),
            "observation 1, column value: '28,284.5' is not a plain number",
        ),
        (page(("2024-01-32", "2024-04-25", "28284.5")), "observation 1, column date"),
        (page(("2024-01-01", "2024-25-04", "28284.5")), "observation 1, column realtime_start"),
        (page(("2024-01-01", "2024-04-25", "2.8")), "is outside 50 to"),
        (page(("2024-01-02", "2024-04-25", "28284.5")), "is not the first of a quarter"),
        (page(("2042-01-01", "2042-04-25", "28284.5")), "is in the future"),
        (page(("2024-01-01", "2024-04-25", "28284.5"), units="pch"), "transformed values"),
        (page(("2024-01-01", "2024-04-25", "28284.5"), observations=[{"date": "2024-01-01"}]), "at observations.0"),
        (
            page(
                ("2024-01-01", "2024-04-25", "."),
            ),
            "holds no observation",
        ),
        (b'{"error_code": 400}', "transformed values"),
    ],
)
def test_what_is_not_certainly_a_vintage_is_refused_in_its_place(data: bytes, words: str) -> None:
    """Like any cell of any file."""
    with pytest.raises(SourceRefused) as refused:
        read(data)
    assert words in str(refused.value)


def payload(name: str) -> bytes:
    """A recorded body."""
    return (SHARED / "wire" / f"{name}.json").read_bytes()


@recorded
@pytest.mark.parametrize(
    ("name", "rows", "dates", "first", "last", "repairs"),
    [
        (
            "alfred_api_series_observations_GDP_all_vintages",
            2_949,
            315,
            ("1946-01-01", 199.7, "1992-12-22 08:30"),
            ("2024-07-01", 29349.924, "2024-10-30 08:30"),
            "245 withdrawn values",
        ),
        (
            "alfred_api_series_observations_GDP_asof_2019-01-01",
            2_652,
            291,
            ("1946-01-01", 199.7, "1992-12-22 08:30"),
            ("2018-07-01", 20658.204, "2018-12-21 08:30"),
            "245 withdrawn values",
        ),
        (
            "alfred_api_series_observations_GDP_initial_release_output_type4",
            132,
            132,
            ("1991-10-01", 5736.6, "1992-01-29 08:30"),
            ("2024-07-01", 29349.924, "2024-10-30 08:30"),
            "",
        ),
        (
            "fred_api_series_observations_GDP_latest",
            311,
            311,
            ("1947-01-01", 243.164, "2024-10-30 08:30"),
            ("2024-07-01", 29349.924, "2024-10-30 08:30"),
            "4 missing values",
        ),
    ],
)
def test_a_recorded_page_is_read_whole(
    name: str, rows: int, dates: int, first: tuple[str, float, str], last: tuple[str, float, str], repairs: str
) -> None:
    """Rows, dates, first and last, and what was taken back."""
    reading = read(payload(name))
    assert (len(reading.observations), reading.observations["date"].nunique()) == (rows, dates)
    assert (said(reading)[0], said(reading)[-1]) == (first, last)
    assert repairs in "".join(reading.repairs)


@recorded
def test_a_recorded_quarter_with_every_revision() -> None:
    """The fourth quarter of 2008: from -3.8 % at first to the figures of today."""
    values = [
        row for row in said(read(payload("alfred_api_series_observations_GDP_all_vintages"))) if row[0] == "2008-10-01"
    ]
    assert (len(values), values[0][1:], values[1][1:], values[-1][1:]) == (
        11,
        (14264.6, "2009-01-30 08:30"),
        (14200.3, "2009-02-27 08:30"),
        (14608.209, "2023-09-28 08:30"),
    )


@recorded
@pytest.mark.parametrize(
    ("decided", "expected"),
    [
        ("2009-01-30 13:29", None),
        ("2009-01-30 13:30", 14264.6),
        ("2009-02-27 13:29", 14264.6),
        ("2009-02-27 13:30", 14200.3),
        ("2026-01-01 00:00", 14608.209),
    ],
)
def test_a_decision_sees_the_vintage_of_its_time(decided: str, expected: float | None) -> None:
    """Replay: to the minute of each publication, the value that was then known, and none before the first."""
    observations = read(payload("alfred_api_series_observations_GDP_all_vintages")).observations
    known = as_of(observations, pd.Timestamp(decided, tz="UTC")).set_index("date")["value"]
    assert known.get(pd.Timestamp("2008-10-01")) == expected


@recorded
def test_the_recorded_vintage_dates() -> None:
    """393 of them, from 1991."""
    listed, count = vintage_dates(payload("alfred_api_series_vintagedates_GDP"), Problems("alfred"))
    assert (len(listed), count, listed[0], listed[-1]) == (393, 393, "1991-12-04", "2024-10-30")


@recorded
@pytest.mark.parametrize("name", ["fred_api_series_info_GDP", "fred_api_series_release_GDP"])
def test_a_recorded_page_of_another_kind_is_refused(name: str) -> None:
    """A series' description holds no observation."""
    with pytest.raises(SourceRefused, match="transformed values"):
        read(payload(name))


@pytest.mark.parametrize(
    "data",
    [
        b'{"count": 1, "vintage_dates": ["2024-13-01"]}',
        b'{"count": 1, "vintage_dates": [20240101]}',
        b'{"count": 2, "vintage_dates": ["2024-02-01", "2024-01-01"]}',
        b'{"count": 2, "vintage_dates": ["2024-01-01", "2024-01-01"]}',
        b'{"vintage_dates": ["2024-01-01"]}',
        b"{}",
    ],
)
def test_vintage_dates_are_judged_too(data: bytes) -> None:
    """They decide what is asked for."""
    with pytest.raises(SourceRefused):
        vintage_dates(data, Problems("alfred"))


CELLS = st.sampled_from(["2024-01-01", "2024-04-25", "2024-05-30", ".", "", "28284.5", "1e3", "0"]) | st.text(
    max_size=9
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6), st.sampled_from(["gdp", "treasury_10y", "vix_close"]))
def test_any_page_is_refused_or_sound(rows: list[tuple[str, str, str]], series: str) -> None:
    """No other error, whatever ALFRED sends."""
    try:
        reading = read(page(*rows), series)
    except SourceRefused:
        return
    validated(reading.observations)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_refused(data: bytes) -> None:
    """As a page of either kind."""
    for parse in (records, vintage_dates):
        with pytest.raises(SourceRefused):
            parse(data, Problems("alfred"))
