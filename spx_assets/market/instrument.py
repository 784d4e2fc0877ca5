"""Which instrument a file of prices is: what its name says, and what its closes agree with. Nothing is guessed.

A name counts only when it is exact: the ticker or the name of the index as a word of its own, without a word that
makes it another instrument (a future, a fund, a total return, another market's VIX). An exact name that the closes
contradict is an error, and a file without one is an index only by its closes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from urllib.parse import unquote

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spx_assets.market.agreement import Agreement, Held, agreement, shift_of
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.reference_closes import possible_range, reference_closes

# The words of a file's name that are an index's, after `_PHRASES`.
_TICKERS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("gspc", "spx", "inx", "sp500"), "spx_close"),
        **dict.fromkeys(("vix", "vixcls"), "vix_close"),
        **dict.fromkeys(("vix3m", "vxv", "vxvcls"), "vix3m_close"),
        "vvix": "vvix_close",
        "skew": "skew_close",
    }
)
INSTRUMENTS = tuple(dict.fromkeys(_TICKERS.values()))
TITLES: Mapping[str, str] = MappingProxyType(
    {name: f"the {CATALOGUE[name].description.partition(',')[0]}" for name in INSTRUMENTS}
)
_PHRASES = (
    (re.compile(r"(?:s\s*&\s*p|s and p|s_p|snp|sp|standard (?:and|&) poor'?s?)[\s_-]*500(?![0-9])"), " sp500 "),
    (re.compile(r"cboe volatility index"), " vix "),
)
# GICS sectors of the S&P 500 at Yahoo: ^SP500-45.
_SECTOR = re.compile(r"\bsp500\b\s*[-_]\s*(?!19|20)[0-9]{2,8}\b")
# Words that beside an index's make another instrument of it, or another market's.
_OTHERS = re.compile(
    r"future|futures|fut|forward|cfd|mini|emini|micro|es|mes|xsp|etf|etfs|etn|fund|trust|spdr|ishares|"
    r"vanguard|invesco|proshares|direxion|spy|voo|ivv|rsp|tr|ntr|total|return|gross|equal|weight|weighted|ew|"
    r"esg|growth|value|pure|dividend|dividends|aristocrats|sector|energy|financials|health|technology|"
    r"utilities|industrials|materials|consumer|staples|discretionary|communication|momentum|quality|"
    r"volatility|beta|buyback|shariah|climate|leveraged|inverse|ultra|ultrapro|bull|bear|option|options|call|"
    r"calls|put|puts|buywrite|yield|earnings|pe|cape|shiller|hedged|excess|parity|india|nifty|nikkei|kospi|"
    r"hsi|euro|eu|europe|dax|ftse|stoxx|china|brazil|russell|nasdaq100|ndx|dow|djia|emerging|japan|canada|"
    r"australia|oil|crude|gold|silver|miners|apple|amazon|google|goldman|ibm|vx|mid|midterm|term|month|months|"
    r"spread|ratio|tsx|asx|midcap|smallcap|400|600"
)
# A multiple of the index; beside the VIX's name, the days or months of another one.
_MULTIPLE, _TERM = re.compile(r"[0-9]+x|x[0-9]+"), re.compile(r"[0-9]+[dm]")
# Another instrument strays on most rows from what the published closes leave possible; a few are damaged ones.
_STRAYING = 0.5
_ENOUGH_HELD = 20


def named_instrument(name: str) -> str:
    """The series whose instrument the name of a file, or a ticker, says exactly; empty when it says none."""
    text = PurePath(unquote(name.partition("?")[0])).stem.casefold()
    for phrase, word in _PHRASES:
        text = phrase.sub(word, text)
    words = re.findall(r"[a-z0-9]+", text)
    said = {_TICKERS[word] for word in words if word in _TICKERS}
    if _SECTOR.search(text) or any(_OTHERS.fullmatch(word) or _MULTIPLE.fullmatch(word) for word in words):
        return ""
    if said != {"spx_close"} and any(_TERM.fullmatch(word) for word in words):
        return ""
    return said.pop() if len(said) == 1 else ""


def instrument_of(dates: pd.DatetimeIndex, closes: NDArray[np.float64], held: Held) -> tuple[str, str]:
    """The series that closes without a name agree with, and how many known closes say so; empty when none do."""
    for series in INSTRUMENTS:
        published = agreement(dates, closes, reference_closes(series))
        known = agreement(dates, closes, held.of(series))
        if published.common and not published.holds:
            continue
        if published.convinces and not _strays(series, dates, closes):
            return series, f"its closes agree with {published.common:,} published ones"
        if known.convinces and known.common >= min(3, len(dates)):
            return series, f"its closes agree with {known.common:,} known ones"
    return "", ""


def contradiction(
    series: str, dates: pd.DatetimeIndex, closes: NDArray[np.float64], held: Held
) -> tuple[str, NDArray[np.intp]]:
    """Why these closes cannot be the series', and the rows that show it; no reason when nothing says so."""
    shift = moved(series, dates, closes, held)
    if shift[0]:
        return shift
    published = agreement(dates, closes, reference_closes(series))
    if published.common and not published.holds and not _rewrites(agreement(dates, closes, held.of(series))):
        rows = published.differing
        return f"differs from {_published(series, dates, published, int(rows[0]))}", rows
    low, high = possible_range(series, dates)
    outside = np.isfinite(closes) & ((closes < low) | (closes > high))
    if outside.sum() > _STRAYING * len(closes):
        rows = np.flatnonzero(outside)
        at = rows[0]
        return f"is outside {low[at]:.4g} to {high[at]:.4g}, between which {TITLES[series]} was then", rows
    return "", np.array([], dtype=np.intp)


def _rewrites(known: Agreement) -> bool:
    """Whether closes differ from most that are held: a rewrite of history, which later rules reject or a person takes.

    What is held may come from this very platform; whether it is replaced is not for the reading of a file to say.
    """
    return known.common >= _ENOUGH_HELD and known.agrees.sum() < known.common / 2


def moved(
    series: str, dates: pd.DatetimeIndex, values: NDArray[np.float64], held: Held
) -> tuple[str, NDArray[np.intp]]:
    """How the dates are moved against what is known of the series, and the rows that show it."""
    for known, whose in ((held.of(series), "the known"), (reference_closes(series), "the published")):
        shift = shift_of(dates, values, known) if len(known) else None
        if shift is not None:
            return f"the dates seem to be {shift.what}: {whose} values of {series} stand there", shift.rows
    return "", np.array([], dtype=np.intp)


def nearest_reference(dates: pd.DatetimeIndex, closes: NDArray[np.float64]) -> str:
    """The first published close of the S&P 500 on one of the dates beside the file's, for a message."""
    found = agreement(dates, closes, reference_closes("spx_close"))
    return "" if not found.common else _published("spx_close", dates, found, int(np.flatnonzero(found.known)[0]))


def _strays(series: str, dates: pd.DatetimeIndex, closes: NDArray[np.float64]) -> bool:
    low, high = possible_range(series, dates)
    return bool(((closes < low) | (closes > high)).sum() > _STRAYING * len(closes))


def _published(series: str, dates: pd.DatetimeIndex, found: Agreement, row: int) -> str:
    return f"{found.expected[row]:.2f}, the close of {TITLES[series]} on {dates[row].date()}"
