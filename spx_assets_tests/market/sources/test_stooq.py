"""Stooq through production code: its recorded file, its apologies with status 200, its window and key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spx_assets.errors import FetchFailed, SourceRefused
from spx_assets.market import known_from, read_source
from spx_assets.market.observation import validated
from spx_assets_tests.market.documents import NOW, SHARED, STOOQ, as_bytes
from spx_assets_tests.market.hostile import ok, serving
from spx_assets_tests.market.recorded import RECORDED_BY, replies

ROWS = as_bytes(
    [STOOQ, "2024-06-26,5460.71,5483.14,5451.87,5477.9,2031000", "2024-06-27,5473.59,5490.81,5467.54,5482.87,1990000"]
)


@pytest.mark.skipif(not SHARED.exists(), reason="the recorded payloads are not beside the repository")
def test_the_recorded_history_with_its_missing_volume_field() -> None:
    """CRLF, five fields on 20,397 early rows, months from 1789, weekends: read, and what was left out is counted."""
    with serving(replies, deadline_s=30) as server:
        reading = read_source("stooq", now=RECORDED_BY, access=server.access)
    rows = validated(reading.observations)
    closes = rows[rows["series"] == "spx_close"]
    assert (len(closes), closes["value"].iloc[0], closes["value"].iloc[-1]) == (25_099, 17.59, 4464.05)
    assert "spx_volume" not in set(rows["series"])
    assert len(reading.repairs) == 3


@pytest.mark.parametrize("said", [b"Exceeded the daily hits limit", b"No data", b"Get your apikey:\n1. Open"])
def test_an_apology_is_no_table(said: bytes) -> None:
    """Stooq says it with status 200."""
    with serving(ok(said, "text/plain")) as server, pytest.raises(FetchFailed, match="something else than a table"):
        read_source("stooq", now=NOW, access=server.access)


def test_only_what_is_missing_is_asked_for() -> None:
    """From thirty days before the newest session held to today; the key goes along, and is in no URI."""
    with serving(ok(ROWS)) as server:
        access = replace(server.access, stooq_api_key="s3cret")
        first = read_source("stooq", now=NOW, access=access)
        again = read_source("stooq", now=NOW, access=replace(access, known=known_from(first.observations)))
    assert [asked.query for asked in server.asked] == [
        {"s": "^spx", "i": "d", "apikey": "s3cret"},
        {"s": "^spx", "i": "d", "d1": "20240528", "d2": "20240628", "apikey": "s3cret"},
    ]
    assert set(again.observations["source"]) == {f"{server.url}/q/d/l/?s=%5Espx&i=d"}
    assert f"{again.unasked['spx_close']:%F}" == "2024-05-28"


def test_a_damaged_row_is_refused_with_its_line() -> None:
    """The strict parser is the same for all."""
    with serving(ok(ROWS.replace(b"5482.87", b"5,482.87"))) as server, pytest.raises(SourceRefused) as refused:
        read_source("stooq", now=NOW, access=server.access)
    assert "line 3, column" in str(refused.value)
    assert "thousands separator" in str(refused.value)
