"""What the live sources share: the series asked for, what is no longer there, and one deadline for all."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import FetchFailed, NotFound, SourceRefused
from spx_assets.market.access import Access
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.fetch_http import Request, Web
from spx_assets.market.live import csv_reading, gathered, refuse_others
from spx_assets.market.reading import Reading, observations_of
from spx_assets_tests.market import hostile
from spx_assets_tests.market.documents import NOW, fred_csv
from spx_assets_tests.market.hostile import ok, serving


def reading(series: str) -> Reading:
    """One value of a series."""
    return Reading(observations_of(series, pd.DatetimeIndex(["2024-01-02"]), np.array([4.0]), "u"), (), ("u",))


def test_another_series_than_the_one_asked_for_is_refused() -> None:
    """A source that mixes up its addresses; the prices of one index belong together."""
    with pytest.raises(SourceRefused, match="holds treasury_10y, not treasury_2y"):
        refuse_others(reading("treasury_10y"), CATALOGUE["treasury_2y"], "u")
    refuse_others(reading("treasury_2y"), CATALOGUE["treasury_2y"], "u")
    refuse_others(reading("spx_open"), CATALOGUE["spx_close"], "u")


def test_an_answer_of_the_wrong_series_is_refused() -> None:
    """Through the whole way of an answer."""
    entry = CATALOGUE["treasury_10y"]
    with serving(ok(fred_csv("DGS2"))) as server, Web(server.access, now=NOW) as web:
        request = Request(f"{server.url}/x", "csv")
        with pytest.raises(SourceRefused, match="treasury_2y, not treasury_10y"):
            csv_reading(request, entry, web, NOW)


def absent(web: Web, now: pd.Timestamp) -> Reading:
    """A series that is no longer there."""
    raise NotFound("u/WTI is not there")


def test_a_series_that_is_not_there_is_left_out_and_said() -> None:
    """The others stand."""
    result = gathered("fred", Access(), NOW, [("wti", absent), ("fed_funds", lambda *_: reading("fed_funds"))])
    assert list(result.observations["series"]) == ["fed_funds"]
    assert result.repairs == ("fred: wti left out: u/WTI is not there",)


def test_a_source_without_any_of_its_series_is_not_found() -> None:
    """Its address is wrong, or it has moved."""
    with pytest.raises(NotFound, match="fred has none of its series"):
        gathered("fred", Access(), NOW, [("wti", absent)])


@pytest.mark.parametrize("source", ["fred", "cboe", "yahoo", "stooq"])
def test_a_source_that_hangs_ends_at_its_deadline(source: str) -> None:
    """All its requests together, however many series it has."""
    from spx_assets.market import read_source  # noqa: PLC0415  # the front door, for this test only

    with serving(hostile.hang()) as server:
        began = time.monotonic()
        with pytest.raises(FetchFailed, match="within 1 s"):
            read_source(source, now=NOW, access=server.access)
        assert time.monotonic() - began < 2.0
