"""What every series is: unit, frequency, plausible range, release rule, and its id at each source.

One frozen entry per series; a number outside its range is refused, whoever sends it. The release rules,
with their sources, are in `release`. A range is wider than a century of history, and far narrower than a
wrong unit. A series that its maker reconstructed backwards says when it was introduced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from spx_assets.market import release as on
from spx_assets.market.calendar import at_new_york
from spx_assets.market.release import Frequency, Release, period_ends

__all__ = ["CATALOGUE", "Frequency", "Release", "Series", "known_labels", "series_named", "series_of"]


@dataclass(frozen=True)
class Series:
    """One series: what it measures, what it can be, when it is known, what each source calls it."""

    name: str
    description: str
    unit: str
    frequency: Frequency
    low: float
    high: float
    release: Release
    ids: Mapping[str, str] = field(default_factory=dict)
    introduced: pd.Timestamp | None = None
    # A file whose values are mostly below this holds fractions: half the lowest level on record; 0 where there is none.
    typical_low: float = 0.0
    # The first date that its maker gives, reconstructed values included; None where nothing else has its name earlier.
    begins: pd.Timestamp | None = None

    @property
    def introduced_at(self) -> pd.Timestamp | None:
        """The UTC instant of its first publication, where earlier values were reconstructed; else None."""
        if self.introduced is None:
            return None
        return at_new_york(pd.DatetimeIndex([self.introduced]), self.release.at)[0]

    def known_at(self, dates: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """The UTC instants at which the values of these dates became known, by the release rule."""
        return self.release.known_at(dates, self.frequency)

    def period_end(self, dates: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """The last day of each date's period."""
        return period_ends(dates, self.frequency)


def _index(name: str, what: str, **ids: str) -> Series:
    # Lowest close of the daily history 4.40 (1932-06-01); the top leaves room for a generation.
    return Series(name, what, "index points", "daily", 1.0, 100_000.0, on.AT_THE_CLOSE, ids)


def _rate(name: str, what: str, fred: str, release: Release, frequency: Frequency, typical_low: float = 0.0) -> Series:
    # Highest on record 22.36 (fed funds, 1981-07-22); bills have traded slightly below zero (2020-03-25).
    return Series(name, what, "% per year", frequency, -2.0, 30.0, release, {"fred": fred}, typical_low=typical_low)


def _spread(name: str, what: str, fred: str, release: Release, typical_low: float = 0.0) -> Series:
    # The curve at most 3.9 (2010) and at least -2.7 (1982) points wide, Baa over Treasuries at most 6.2 (2008).
    return Series(
        name, what, "percentage points", "daily", -10.0, 20.0, release, {"fred": fred}, typical_low=typical_low
    )


def _volatility(name: str, what: str, low: float, high: float, introduced: str, begins: str = "", **ids: str) -> Series:
    since = pd.Timestamp(begins) if begins else None
    known = pd.Timestamp(introduced)
    return Series(name, what, "% per year", "daily", low, high, on.VIX_CLOSE, ids, known, begins=since)


_ENTRIES = (
    _index("spx_open", "S&P 500, first print of the session"),
    _index("spx_high", "S&P 500, highest print of the session"),
    _index("spx_low", "S&P 500, lowest print of the session"),
    _index("spx_close", "S&P 500, official close", fred="SP500", yahoo="^GSPC", stooq="^SPX"),
    Series(
        "spx_volume",
        "S&P 500, shares traded in the session as Yahoo reports them",
        "shares",
        "daily",
        0.0,
        1e12,
        on.AT_THE_CLOSE,
    ),
    _volatility(
        "vix_close",
        "CBOE Volatility Index, close: implied volatility of the S&P 500 over 30 days",
        5.0,  # lowest close 9.14 (2017-11-03)
        150.0,  # highest close 82.69 (2020-03-16); the old index would have shown about 150 in 1987
        # CBOE, "VXO": from this day the VIX is computed from S&P 500 options, with a history back to 1990. What was
        # called VIX before is another index, now VXO.
        introduced="2003-09-22",
        begins="1990-01-02",
        fred="VIXCLS",
        cboe="VIX",
    ),
    _volatility(
        "vix3m_close",
        "CBOE 3-Month Volatility Index, close: implied volatility of the S&P 500 over 93 days",
        5.0,
        150.0,
        introduced="2007-11-12",  # CBOE, "S&P 500 3-Month Volatility Index description", then under the ticker VXV
        fred="VXVCLS",
        cboe="VIX3M",
    ),
    _volatility(
        "vvix_close",
        "CBOE VIX of VIX, close: implied volatility of the VIX",
        10.0,  # lowest 15.71 (2006-03-15)
        400.0,  # highest 207.59 (2020-03-16)
        introduced="2012-03-14",  # CBOE's press release of that day, "CBOE introduces VIX of VIX benchmark index"
        cboe="VVIX",
    ),
    Series(
        "skew_close",
        "CBOE SKEW Index, close: 100 plus ten times the priced left tail of the S&P 500",
        "index points",
        "daily",
        90.0,  # 100 is a symmetric distribution; lowest 101.09 (1991-03-21)
        300.0,  # highest 183 (2025)
        on.VIX_CLOSE,
        {"cboe": "SKEW"},
        pd.Timestamp("2011-02-23"),  # CBOE, "SKEW": launched in February 2011, with a history back to 1990
    ),
    _rate("aaa_yield", "Moody's seasoned Aaa corporate bond yield", "AAA", on.MOODYS, "monthly", 1.0),
    _rate("baa_yield", "Moody's seasoned Baa corporate bond yield", "BAA", on.MOODYS, "monthly", 1.0),
    _spread("baa_spread", "Moody's seasoned Baa yield over the 10-year Treasury", "BAA10Y", on.NEXT_AFTERNOON, 0.5),
    Series(
        "cpi",
        "US consumer prices, all items, seasonally adjusted",
        "index, 1982-84 = 100",
        "monthly",
        5.0,  # 9.6 in 1913
        2_000.0,
        on.CPI,
        {"fred": "CPIAUCSL"},
    ),
    Series(
        "core_cpi",
        "US consumer prices without food and energy, seasonally adjusted",
        "index, 1982-84 = 100",
        "monthly",
        10.0,
        2_000.0,
        on.CPI,
        {"fred": "CPILFESL"},
    ),
    Series(
        "wti",
        "Crude oil, West Texas Intermediate, Cushing, spot",
        "US dollars per barrel",
        "daily",
        -100.0,  # -36.98 on 2020-04-20
        500.0,
        on.WEEKLY_OIL,
        {"fred": "DCOILWTICO"},
    ),
    _rate("treasury_30y", "US Treasury, 30 years, constant maturity", "DGS30", on.NEXT_MORNING, "daily", 0.5),
    _rate("treasury_10y", "US Treasury, 10 years, constant maturity", "DGS10", on.NEXT_MORNING, "daily", 0.25),
    _rate("treasury_5y", "US Treasury, 5 years, constant maturity", "DGS5", on.NEXT_MORNING, "daily", 0.1),
    _rate("treasury_2y", "US Treasury, 2 years, constant maturity", "DGS2", on.NEXT_MORNING, "daily"),
    _rate("treasury_3m", "US Treasury, 3 months, constant maturity", "DGS3MO", on.NEXT_MORNING, "daily"),
    _spread("term_spread_10y_3m", "US Treasury, 10 years over 3 months", "T10Y3M", on.NEXT_MORNING),
    _spread("term_spread_10y_2y", "US Treasury, 10 years over 2 years", "T10Y2Y", on.NEXT_MORNING),
    _rate("fed_funds", "Effective federal funds rate", "DFF", on.NEXT_MORNING, "daily"),
    _rate("unemployment", "US unemployment rate, seasonally adjusted", "UNRATE", on.JOBS, "monthly", 1.0),
    Series(
        "initial_claims",
        "US initial claims for unemployment insurance in the week that ends on the date, seasonally adjusted",
        "persons",
        "weekly",
        50_000.0,  # lowest 162,000 (November 1968)
        20_000_000.0,  # highest 6,137,000 (2020-04-04)
        on.CLAIMS,
        {"fred": "ICSA"},
    ),
    Series(
        "industrial_production",
        "US industrial production, total, seasonally adjusted",
        "index, 2017 = 100",
        "monthly",
        1.0,  # 3.7 in 1921; earlier base years move the level, never this far
        1_000.0,
        on.PRODUCTION,
        {"fred": "INDPRO"},
    ),
    Series(
        "gdp",
        "US gross domestic product, nominal, seasonally adjusted annual rate",
        "billions of US dollars",
        "quarterly",
        50.0,  # 199.7 in 1946
        1_000_000.0,
        on.NATIONAL_ACCOUNTS,
        {"fred": "GDP"},
    ),
    Series(
        "fed_assets",
        "Federal Reserve, total assets on the Wednesday of the date",
        "millions of US dollars",
        "weekly",
        100_000.0,  # 712,809 in 2003
        100_000_000.0,  # 8,965,487 in 2022
        on.BALANCE_SHEET,
        {"fred": "WALCL"},
    ),
)

CATALOGUE: Mapping[str, Series] = MappingProxyType({entry.name: entry for entry in _ENTRIES})


def series_named(label: str) -> Series | None:
    """The series whose name, or whose id at any source, is `label` (case ignored); None when unknown."""
    return _BY_LABEL.get(label.strip().casefold())


def series_of(source: str) -> tuple[Series, ...]:
    """The series that have an id at this source, in the catalogue's order."""
    return tuple(entry for entry in _ENTRIES if source in entry.ids)


def known_labels() -> str:
    """Every series with its ids, as a refusal lists them: `vix_close (VIXCLS, VIX), …`."""
    named = (f"{s.name} ({', '.join(dict.fromkeys(s.ids.values()))})" if s.ids else s.name for s in _ENTRIES)
    return ", ".join(named)


_BY_LABEL: Mapping[str, Series] = MappingProxyType(
    {label.casefold(): entry for entry in _ENTRIES for label in (entry.name, *entry.ids.values())}
)
