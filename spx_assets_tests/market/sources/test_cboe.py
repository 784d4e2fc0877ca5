"""CBOE through production code, against a server that sends its recorded files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spx_assets.errors import FetchFailed
from spx_assets.market import known_from, merge, read_source
from spx_assets.market.observation import validated
from spx_assets.market.reading import no_observations
from spx_assets_tests.market.documents import NOW, SHARED, as_bytes
from spx_assets_tests.market.hostile import Asked, Reply, ok, raw, serving
from spx_assets_tests.market.recorded import RECORDED_BY, replies


@pytest.mark.skipif(not SHARED.exists(), reason="the recorded payloads are not beside the repository")
def test_the_recorded_histories() -> None:
    """Three indices are read whole; the one that was not recorded is left out and said."""
    with serving(replies, deadline_s=30) as server:
        reading = read_source("cboe", now=RECORDED_BY, access=server.access)
    counts = validated(reading.observations)["series"].value_counts().to_dict()
    assert counts == {"vix_close": 9_152, "skew_close": 9_110, "vvix_close": 4_987}
    assert [repair for repair in reading.repairs if "left out" in repair] == [
        f"cboe: vix3m_close left out: {server.url}/api/global/us_indices/daily_prices/VIX3M_History.csv is not there"
    ]
    assert len(reading.validators) == 3


@pytest.mark.skipif(not SHARED.exists(), reason="the recorded payloads are not beside the repository")
def test_an_unchanged_source_adds_nothing() -> None:
    """The second time every file is asked for with its entity tag, none is sent, and the merge has nothing to do."""
    with serving(replies, deadline_s=30) as server:
        first = read_source("cboe", now=RECORDED_BY, access=server.access)
        held = merge(no_observations(), first.observations, seen_at=RECORDED_BY).observations
        access = replace(server.access, known=known_from(held, first.validators))
        again = read_source("cboe", now=RECORDED_BY, access=access)
    merged = merge(held, again.observations, seen_at=RECORDED_BY)
    assert len(again.observations) == 0
    assert (merged.new, merged.revised, len(merged.observations)) == (0, 0, len(held))


VIX3M = as_bytes(["DATE,OPEN,HIGH,LOW,CLOSE", "01/02/2024,16.0,16.5,15.4,15.6", "01/03/2024,16.1,16.8,15.9,16.4"])


def test_prices_of_the_three_month_index_are_its_own() -> None:
    """The same header as the VIX; the file's name tells them apart."""
    here = "/api/global/us_indices/daily_prices/VIX3M_History.csv"
    with serving(lambda asked: ok(VIX3M) if asked.path == here else raw(404, b"")) as server:
        observations = read_source("cboe", now=NOW, access=server.access).observations
    assert observations[["series", "value"]].to_numpy().tolist() == [["vix3m_close", 15.6], ["vix3m_close", 16.4]]


def test_a_stale_copy_is_refused() -> None:
    """A cache that forgot the last day: what is held stays."""

    def rule(asked: Asked) -> Reply:
        if "VIX3M" not in asked.path:
            return raw(404, b"")
        return ok(VIX3M if len(server.asked) <= 4 else as_bytes(VIX3M.decode().splitlines()[:2]))

    with serving(rule) as server:
        first = read_source("cboe", now=NOW, access=server.access)
        access = replace(server.access, known=known_from(first.observations))
        with pytest.raises(FetchFailed, match="stale copy"):
            read_source("cboe", now=NOW, access=access)
