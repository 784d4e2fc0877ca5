"""What sources really sent: every recorded CSV parses to known observations, or is refused for a known reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from spx_assets.errors import SourceRefused
from spx_assets.market import read_source
from spx_assets.market.observation import validated
from spx_assets.market.reading import Reading
from spx_assets.market.revisions import merge
from spx_assets_tests.market.documents import SHARED

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the recorded payloads are not beside the repository")

RECORDED_BY = pd.Timestamp("2026-09-01", tz="UTC")


def read(path: str) -> Reading:
    """A recorded payload."""
    return read_source(str(SHARED / path), now=RECORDED_BY)


@pytest.mark.parametrize(
    ("path", "series", "count", "first", "last", "spot"),
    [
        (
            "wire/fredgraph_DGS10_newheader_2026-07.csv",
            "treasury_10y",
            16_129,
            ("1962-01-02", 4.06),
            ("2026-07-30", 4.68),
            ("1981-09-30", 15.84),
        ),
        (
            "wire/fredgraph_DGS10_oldheader_DATE_dots_2024-04.csv",
            "treasury_10y",
            15_560,
            ("1962-01-02", 4.06),
            ("2024-04-18", 4.64),
            ("1981-09-30", 15.84),
        ),
        (
            "wire/fredgraph_DGS2_newheader_2026-02.csv",
            "treasury_2y",
            5_287,
            ("2005-01-03", 3.10),
            ("2026-02-20", 3.48),
            ("2005-01-04", 3.20),
        ),
        (
            "wire/fredgraph_DGS3MO_newheader_2026-02.csv",
            "treasury_3m",
            5_287,
            ("2005-01-03", 2.32),
            ("2026-02-20", 3.69),
            ("2005-01-04", 2.33),
        ),
        (
            "wire/fredgraph_SP500_newheader_2026-02.csv",
            "spx_close",
            2_514,
            ("2016-02-12", 1864.78),
            ("2026-02-11", 6941.47),
            ("2020-03-23", 2237.40),
        ),
        (
            "wire/fredgraph_VIXCLS_newheader_2026-07.csv",
            "vix_close",
            9_241,
            ("1990-01-02", 17.24),
            ("2026-07-30", 17.09),
            ("2020-03-16", 82.69),
        ),
        (
            "wire/cboe_VIX_History_2026-03-27.csv",
            "vix_close",
            9_152,
            ("1990-01-02", 17.24),
            ("2026-03-27", 31.05),
            ("2008-12-16", 52.37),
        ),
        (
            "wire/stooq_spx_d_2023-08.csv",
            "spx_close",
            25_099,
            ("1927-12-30", 17.59),
            ("2023-08-11", 4464.05),
            ("1987-10-19", 224.84),
        ),
        (
            "wire/yahoo_download_GSPC_2023-12.csv",
            "spx_close",
            24_114,
            ("1927-12-30", 17.65999984741211),
            ("2023-12-28", 4783.35009765625),
            ("1987-10-19", 224.83999633789062),
        ),
        (
            "wire/yfinance_to_csv_GSPC_2026-06.csv",
            "spx_close",
            24_725,
            ("1927-12-30", 17.65999984741211),
            ("2026-06-08", 7405.72998046875),
            ("1987-10-19", 224.83999633789062),
        ),
        (
            "history/gspc_daily_yahoo_1927_2026.csv",
            "spx_close",
            24_725,
            ("1927-12-30", 17.65999984741211),
            ("2026-06-08", 7405.72998046875),
            ("1933-03-15", 6.809999942779541),
        ),
        (
            "history/vix-daily.datasets.csv",
            "vix_close",
            9_235,
            ("1990-01-02", 17.24),
            ("2026-07-23", 18.7),
            ("2020-03-16", 82.69),
        ),
        (
            "wire/fredgraph_DGS30_newheader_2026-02.csv",
            "treasury_30y",
            5287,
            ("2005-01-03", 4.85),
            ("2026-02-20", 4.72),
            ("2005-02-08", 4.39),
        ),
        (
            "wire/fredgraph_DGS5_newheader_2026-02.csv",
            "treasury_5y",
            5287,
            ("2005-01-03", 3.64),
            ("2026-02-20", 3.65),
            ("2005-02-25", 3.91),
        ),
        (
            "wire/fredgraph_T10Y2Y_newheader_2026-07.csv",
            "term_spread_10y_2y",
            12538,
            ("1976-06-01", 0.68),
            ("2026-07-31", 0.47),
            ("1976-07-30", 1.12),
        ),
        (
            "wire/fredgraph_T10Y3M_newheader_2026-07.csv",
            "term_spread_10y_3m",
            11147,
            ("1982-01-04", 2.32),
            ("2026-07-31", 0.92),
            ("1982-02-16", -0.96),
        ),
        (
            "wire/fredgraph_BAA10Y_newheader_2026-07.csv",
            "baa_spread",
            10144,
            ("1986-01-02", 2.34),
            ("2026-07-30", 1.64),
            ("2008-12-04", 6.16),
        ),
        (
            "wire/fredgraph_WALCL_newheader_2026-07.csv",
            "fed_assets",
            1233,
            ("2002-12-18", 719542.0),
            ("2026-07-29", 6738190.0),
            ("2022-04-13", 8965487.0),
        ),
        (
            "wire/cboe_SKEW_History_2026-03-27.csv",
            "skew_close",
            9110,
            ("1990-01-02", 126.09),
            ("2026-03-27", 139.0),
            ("1990-01-11", 107.48),
        ),
        (
            "wire/cboe_VVIX_History_2026-03-27.csv",
            "vvix_close",
            4987,
            ("2006-03-06", 71.73),
            ("2026-03-27", 133.18),
            ("2006-03-15", 15.71),
        ),
    ],
)
def test_a_recorded_payload_is_read_whole(
    path: str,
    series: str,
    count: int,
    first: tuple[str, float],
    last: tuple[str, float],
    spot: tuple[str, float],
) -> None:
    """Count, first, last and a memorable day."""
    observations = validated(read(path).observations)
    rows = observations[observations["series"] == series]
    values = {f"{date:%F}": value for date, value in zip(rows["date"], rows["value"], strict=True)}
    ends = [(f"{row.date:%F}", row.value) for row in rows.iloc[[0, -1]].itertuples()]
    assert (len(rows), *ends) == (count, first, last)
    assert values[spot[0]] == spot[1]


def test_yahoos_zero_opens_and_volumes_are_skipped_and_counted() -> None:
    """The older download has opens of 0 from 1962 to 1982 and volumes of 0 to 1949."""
    reading = read("wire/yahoo_download_GSPC_2023-12.csv")
    counts = reading.observations["series"].value_counts()
    assert (counts["spx_open"], counts["spx_volume"]) == (19_039, 18_618)
    assert [repair.split(": ", 1)[1][:32] for repair in reading.repairs] == [
        "5,075 values 0 in column open sk",
        "5,496 values 0 in column volume ",
    ]


def test_stooqs_rows_beside_sessions_are_counted() -> None:
    """Rows before the daily index, four misdated days of 1948, and volumes of another kind."""
    reading = read("wire/stooq_spx_d_2023-08.csv")
    days = {19859: 1, 19865: 8, 19870: 15, 19876: 23}
    misdated = [f"line {line}, 1948-02-{day:02}" for line, day in days.items()]
    assert [repair.split(": ", 1)[1] for repair in reading.repairs] == [
        "18,609 volumes left out: Stooq's are another quantity than Yahoo's",
        "13,903 rows left out: before the daily index begins on 1927-12-30",
        f"4 rows left out: the NYSE was closed on their dates ({'; '.join(misdated)})",
    ]
    assert set(reading.observations["series"]) == {"spx_open", "spx_high", "spx_low", "spx_close"}


def test_freds_copy_of_the_vix_adds_only_its_later_days() -> None:
    """CBOE's file and FRED's copy agree on every session both have."""
    cboe = read("wire/cboe_VIX_History_2026-03-27.csv").observations
    fred = read("wire/fredgraph_VIXCLS_newheader_2026-07.csv").observations
    merged = merge(cboe, fred, seen_at=RECORDED_BY)
    assert (merged.new, merged.revised, merged.equal) == (89, 0, 9_152)


def test_yahoo_and_fred_differ_on_a_few_closes(tmp_path: Path) -> None:
    """Read together, the first file's closes stand; four others differ beyond rounding and are counted."""
    for name, payload in (("1.csv", "fredgraph_SP500_newheader_2026-02"), ("2.csv", "yfinance_to_csv_GSPC_2026-06")):
        (tmp_path / name).write_bytes((SHARED / "wire" / f"{payload}.csv").read_bytes())
    reading = read_source(str(tmp_path), now=RECORDED_BY)
    closes = reading.observations[reading.observations["series"] == "spx_close"]
    assert closes["source"].value_counts().to_dict() == {
        f"file://{tmp_path}/1.csv": 2_514,
        f"file://{tmp_path}/2.csv": 22_211,
    }
    assert [repair for repair in reading.repairs if "which stand" in repair] == [
        f"file://{tmp_path}/2.csv: 4 values of spx_close differ from an earlier source's, which stand"
    ]
    assert [(f"{row.date:%F}", row.first, round(row.second, 2)) for row in reading.disagreements.itertuples()] == [
        ("2018-11-29", 2737.76, 2737.80),
        ("2019-08-12", 2883.75, 2882.70),
        ("2020-05-11", 2930.32, 2930.19),
        ("2021-08-11", 4447.70, 4442.41),
    ]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("wire/yahoo_v8_chart_GSPC_2024-02-29_intraday_range1d.json", "is JSON"),
        ("wire/fred_api_series_observations_GDP_latest.json", "is JSON"),
        ("history/cpi_us_monthly.csv", "'Index' is not a known series"),
        ("history/us10y_monthly.csv", "'Rate' is not a known series"),
        ("history/unrate_monthly.csv", "'deseasonalized_value' is not a known series"),
        ("history/wti_daily.csv", "'Price' is not a known series"),
        ("history/shiller.datasets.csv", "'Dividend' is not a known series"),
        ("history/FRED_MD_2024-06.csv", "has 127 columns, more than 64"),
        ("history/goyal_welch_2021_monthly_thousands_separators.csv", "unrecognised header"),
    ],
)
def test_a_recorded_payload_is_refused_for_its_reason(path: str, reason: str) -> None:
    """A column that names no series of the catalogue, or a layout that is none of ours: said, with the known ones."""
    with pytest.raises(SourceRefused) as refused:
        read(path)
    assert reason in str(refused.value)
    assert SHARED.name in str(refused.value)
    assert "Known series" in str(refused.value) or "JSON" in reason or "columns" in reason
