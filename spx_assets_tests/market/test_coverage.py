"""How much there is of each series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets.market.coverage import coverage
from spx_assets.market.reading import no_observations, observations_of
from spx_assets.market.revisions import merge

DATES = pd.DatetimeIndex(["2018-12-28", "2018-12-31"])
SEEN = pd.Timestamp("2024-06-03", tz="UTC")


def test_rows_dates_and_revisions_of_each_series() -> None:
    """A revised value is another row of the same date."""
    known = observations_of("vix_close", DATES, np.array([28.34, 25.42]), "s")
    revised = merge(known, known.assign(value=[28.34, 25.43]), seen_at=SEEN).observations
    oil = observations_of("wti", DATES[:1], np.array([45.15]), "s")
    table = coverage(merge(revised, oil, seen_at=SEEN).observations)
    assert table.to_dict("records") == [
        {"series": "vix_close", "rows": 3, "dates": 2, "first": DATES[0], "last": DATES[1], "revisions": 1},
        {"series": "wti", "rows": 1, "dates": 1, "first": DATES[0], "last": DATES[0], "revisions": 0},
    ]


def test_nothing_is_covered_by_nothing() -> None:
    """No observations, no rows."""
    assert len(coverage(no_observations())) == 0
