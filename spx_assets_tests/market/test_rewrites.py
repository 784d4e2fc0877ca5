"""What is news, and where a revision ends and a rewrite of history begins."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from spx_assets import market
from spx_assets.market import rewrites
from spx_assets.market.reading import observations_of
from spx_assets_tests.market.documents import SHARED

SEEN = pd.Timestamp("2024-07-01 12:00", tz="UTC")
NOW = pd.Timestamp("2026-11-01", tz="UTC")


def _closes(count: int = 2000, source: str = "a.csv", series: str = "spx_close") -> pd.DataFrame:
    dates = market.calendar.sessions("2015-01-01", "2024-06-28")[:count]
    return observations_of(series, dates, 4000.0 + 50.0 * np.sin(np.arange(len(dates)) / 30.0), source)


def _scaled(rows: pd.DataFrame, count: int, factor: float = 1.001) -> pd.DataFrame:
    values = rows["value"].to_numpy().copy()
    values[:count] *= factor
    return rows.assign(value=values)


def test_the_same_again_is_no_news_and_no_rewrite() -> None:
    """An unchanged source tells nothing."""
    known = _closes()

    assert rewrites.news(known, known).empty
    assert rewrites.rewrite(known, known).reasons == ()


def test_another_sources_rounding_is_no_news() -> None:
    """FRED's cents beside Yahoo's single precision are the same close; the source's own next digit is not."""
    known = _closes()
    rounded = known.assign(value=known["value"].round(2), source="b.csv")

    assert rewrites.news(known, rounded).empty
    assert len(rewrites.news(known, rounded.assign(source="a.csv"))) > 1900


def test_a_source_that_repeats_itself_does_not_undo_anothers_correction() -> None:
    """After a correction from elsewhere the old source still says the old value: no news. A new word of it is."""
    known = _closes()
    corrected = known.iloc[[5]].assign(value=known["value"][5] * 1.01, source="landing/fix.csv")
    merged = market.merge(known, corrected, seen_at=SEEN).observations

    assert rewrites.news(merged, known).empty
    assert market.merge(merged, rewrites.news(merged, known, repeats_count=True), seen_at=SEEN).revised == 1
    assert len(rewrites.news(merged, _scaled(known, 6, 1.02))) == 6


def test_small_revisions_pass() -> None:
    """Ten values of a short file, one in a hundred of a long one."""
    assert rewrites.rewrite(_closes(30), _scaled(_closes(30), 10)).reasons == ()
    assert rewrites.rewrite(_closes(), _scaled(_closes(), 20)).reasons == ()


def test_a_large_rewrite_is_found_with_every_row_that_differs() -> None:
    """More than one daily value in a hundred changes: the diff has before, after and source of each."""
    found = rewrites.rewrite(_closes(), _scaled(_closes(), 21))

    assert found.reasons == ("spx_close: 21 of 2,000 values change, at most 1% do",)
    assert len(found.diff) == 21
    first = found.diff.iloc[0]
    assert np.isclose(first["after"] / first["before"], 1.001)
    assert (first["source"], first["what"]) == ("a.csv", "changed")


def test_one_value_far_off_is_found() -> None:
    """A slipped digit in a single close is no revision."""
    (reason,) = rewrites.rewrite(_closes(), _scaled(_closes(), 1, 1.3)).reasons

    assert "1 values move by more than 20%" in reason


def test_seasonal_factors_pass_and_a_new_base_year_does_not() -> None:
    """Five years of months may change by a little; all of them may not."""
    months = pd.date_range("2010-01-01", "2023-12-01", freq="MS", unit="ns")
    known = observations_of("core_cpi", months, np.linspace(220.0, 310.0, len(months)), "cpi.csv")
    seasonal = known.assign(
        value=np.where(np.arange(len(known)) >= len(known) - 60, known["value"] * 1.001, known["value"])
    )

    assert rewrites.rewrite(known, seasonal).reasons == ()
    assert "168 of 168 values change" in rewrites.rewrite(known, known.assign(value=known["value"] * 1.1)).reasons[0]


def test_documented_vintages_are_no_rewrite() -> None:
    """A source that dates its own revisions later than what is known may revise everything."""
    known = _closes()
    vintage = _scaled(known, 2000).assign(known_at=pd.Timestamp("2024-12-01", tz="UTC"))

    assert rewrites.rewrite(known, vintage).reasons == ()


def test_volumes_are_restated_at_will() -> None:
    """Every volume may move by a few per cent; many that move by a fifth are found."""
    known = _closes(series="spx_volume")

    assert rewrites.rewrite(known, known.assign(value=known["value"] * 1.03)).reasons == ()
    assert rewrites.rewrite(known, known.assign(value=known["value"] * 1.3)).reasons != ()


CUT: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], bool]] = {
    "its first half": (lambda rows: rows.iloc[:1000], True),
    "its last half": (lambda rows: rows.iloc[1000:], True),
    "a hole of a year": (lambda rows: pd.concat([rows.iloc[:500], rows.iloc[760:]]), True),
    "a few dates": (lambda rows: rows.iloc[5:], False),
    "one row": (lambda rows: rows.iloc[[-1]], True),
}


@pytest.mark.parametrize("kept", CUT)
def test_a_shrunken_history_is_found(kept: str) -> None:
    """A source that gives far fewer of the dates it gave before, and nothing new, has lost them."""
    cut, is_found = CUT[kept]

    found = rewrites.rewrite(_closes(), cut(_closes()))

    assert is_found == bool(found.reasons)
    assert all("that a.csv gave before are gone" in reason for reason in found.reasons)


def test_windows_increments_and_other_sources_are_not_shrunken() -> None:
    """A moving window goes on, an increment continues, another file may hold a part, what was not asked is not lost."""
    known, full = _closes(2000), _closes(2100)

    assert rewrites.rewrite(known, full.iloc[800:]).reasons == ()
    assert rewrites.rewrite(known, full.iloc[2000:]).reasons == ()
    assert rewrites.rewrite(known, known.iloc[:100].assign(source="part.csv")).reasons == ()
    assert rewrites.rewrite(known, known.iloc[1990:], unasked={"spx_close": known["date"][1990]}).reasons == ()


def test_an_old_copy_is_found() -> None:
    """A file from before a correction would take it back: refused once three values return, whatever the share."""
    first = _closes()
    second = _scaled(first, 4)
    known = market.merge(first, second, seen_at=SEEN).observations

    (reason,) = rewrites.rewrite(known, first).reasons

    assert "4 values return to what was superseded, an old copy" in reason
    assert rewrites.rewrite(known, _scaled(first, 2)).reasons == ()


def test_cboes_correction_of_2024_is_a_revision(shared_data: object) -> None:
    """The largest rewrite on record of the VIX, eight closes between two real downloads, passes and is listed."""
    old = market.read_source(str(SHARED / "wire" / "fredgraph_VIXCLS_newheader_2026-07.csv"), now=NOW).observations
    new = market.read_source(str(SHARED / "history" / "vix-daily.datasets.csv"), now=NOW).observations
    new = new[new["series"] == "vix_close"]

    found = rewrites.rewrite(old, new)
    merged = market.merge(old, rewrites.news(old, new), seen_at=NOW)

    assert found.reasons == ()
    assert merged.revised == len(merged.revisions) <= 30


def test_stooq_after_yahoo_is_another_history(shared_data: object) -> None:
    """Stooq's early highs and lows differ from Yahoo's on thousands of sessions: a person decides which to have."""
    yahoo = market.read_source(str(SHARED / "history" / "gspc_daily_yahoo_1927_2026.csv"), now=NOW).observations
    stooq = market.read_source(str(SHARED / "wire" / "stooq_spx_d_2023-08.csv"), now=NOW).observations

    assert any("spx_high: 5,303 of 24,014 values change" in r for r in rewrites.rewrite(yahoo, stooq).reasons)


def test_yahoo_after_the_embedded_data_is_the_same_history(observations: pd.DataFrame, shared_data: object) -> None:
    """A real download continues the sample: its volumes differ a little, its prices do not."""
    yahoo = market.read_source(str(SHARED / "history" / "gspc_daily_yahoo_1927_2026.csv"), now=NOW).observations

    assert rewrites.rewrite(observations, yahoo).reasons == ()
