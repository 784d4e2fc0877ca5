"""The embedded default: real history that the installed `arch` package carries, read without importing it.

S&P 500 1999-2018, VIX 2014-2019, Moody's Aaa and Baa from 1919, core CPI from 1957 and WTI from 1986. The
files go through the same strict parser as any other; only their American dates are known beforehand.
"""

from __future__ import annotations

import pandas as pd

from spx_assets.market.draft import FileContext
from spx_assets.market.fetch import packaged_bytes
from spx_assets.market.parse import parse
from spx_assets.market.reading import Reading, together

# The files, and the instrument of those that hold prices.
_FILES = {
    "data/sp500/sp500.csv.gz": "spx_close",
    "data/vix/vix.csv.gz": "",
    "data/default/default.csv.gz": "",
    "data/core_cpi/core-cpi.csv.gz": "",
    "data/wti/wti.csv.gz": "",
}
# The package's files end here; a later "now" would change nothing.
_COLLECTED = pd.Timestamp("2019-02-01", tz="UTC")


def read() -> Reading:
    """Every observation of the five files, as `arch:data/sp500/sp500.csv.gz` and so on."""
    readings = [
        parse(
            packaged_bytes("arch", file),
            f"arch:{file}",
            context=FileContext(_COLLECTED, instrument=instrument, us_dates=True),
        )
        for file, instrument in _FILES.items()
    ]
    return Reading(
        together(reading.observations for reading in readings),
        tuple(repair for reading in readings for repair in reading.repairs),
        tuple(source for reading in readings for source in reading.sources),
    )
