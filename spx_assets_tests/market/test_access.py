"""What is held already, as the sources ask for it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spx_assets.market import Access, known_from
from spx_assets.market.reading import observations_of, together


def test_what_is_known_comes_from_observations() -> None:
    """Per source URI and series the newest date and the newest instant; validators as they were remembered."""
    dates = pd.DatetimeIndex(["2024-01-02", "2024-01-03"])
    held = together(
        [
            observations_of("wti", dates, np.array([70.0, 71.0]), "a"),
            observations_of("vix_close", dates[:1], np.array([13.2]), "a"),
            observations_of("wti", dates[:1] - pd.Timedelta(days=7), np.array([69.0]), "b"),
        ]
    )
    known = known_from(held, {"u": ('"1"', "")})
    assert known.validators == {"u": ('"1"', "")}
    assert known.newest == {
        "a": {"vix_close": pd.Timestamp("2024-01-02"), "wti": pd.Timestamp("2024-01-03")},
        "b": {"wti": pd.Timestamp("2023-12-26")},
    }
    assert known.newest_known_at["a"]["wti"] == pd.Timestamp("2024-01-11 22:00", tz="UTC")


def test_nothing_is_known_of_nothing() -> None:
    """An empty table gives an empty answer, and everything is asked for."""
    empty = observations_of("wti", pd.DatetimeIndex([]), np.array([]), "a")
    assert known_from(empty).newest == {}
    assert Access().known.validators == {}
