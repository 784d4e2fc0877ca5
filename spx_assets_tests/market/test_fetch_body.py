"""What a body must be to count: sizes, ratios and kinds, at their edges. The rest is in `test_fetch_http`."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from spx_assets.errors import FetchFailed
from spx_assets.market.fetch_body import MAX_RATIO, refuse_other_content
from spx_assets.market.fetch_http import Request, Web
from spx_assets_tests.market.documents import NOW, yahoo_csv
from spx_assets_tests.market.hostile import Reply, ok, raw, serving


def fetched(reply: Reply, max_bytes: int = 2**20) -> bytes:
    """The body of an answer, under a cap."""
    with serving(reply) as server, Web(replace(server.access, max_bytes=max_bytes), now=NOW) as web:
        answer = web.get(Request(f"{server.url}/spx.csv", "csv"))
    assert answer is not None
    return answer.data


def test_a_body_of_exactly_the_cap_is_accepted() -> None:
    """One byte more is not."""
    data = yahoo_csv(60)
    assert fetched(ok(data), len(data)) == data
    with pytest.raises(FetchFailed, match="more than"):
        fetched(ok(data), len(data) - 1)


def test_the_cap_holds_for_the_unpacked_bytes() -> None:
    """A body that is small on the wire."""
    data = yahoo_csv(100)
    packed = raw(200, gzip.compress(data), "Content-Encoding: gzip")
    assert fetched(packed, len(data)) == data
    with pytest.raises(FetchFailed, match="more than"):
        fetched(packed, len(data) - 1)


def test_real_prices_never_come_near_the_ratio_of_a_bomb() -> None:
    """Even the same session, thousands of times over."""
    data = yahoo_csv(100)
    assert len(data) / len(gzip.compress(data)) < MAX_RATIO / 5


def test_bytes_after_a_compressed_body_are_refused() -> None:
    """A second document behind the first."""
    data = gzip.compress(yahoo_csv(3))
    with pytest.raises(FetchFailed, match="more than its compressed body"):
        fetched(raw(200, data + b"date,wti\n", "Content-Encoding: gzip"))


@pytest.mark.parametrize(
    ("data", "content_type", "kind"),
    [
        (b"\xef\xbb\xbfdate,wti\n", "text/csv", "csv"),
        (b"date,wti\n", "application/octet-stream", "csv"),
        (b'{"chart": {}}', "application/json;charset=utf-8", "json"),
        (b"PAR1....", "application/octet-stream", "file"),
        (b"date;wti\n", "text/plain", "file"),
    ],
)
def test_sound_content_passes(data: bytes, content_type: str, kind: str) -> None:
    """What was asked for, whatever the header calls it; a user's file is judged by its parser."""
    refuse_other_content(data, content_type, kind, "https://example.org/a")  # type: ignore[arg-type]  # kinds in words


@pytest.mark.parametrize(
    ("data", "content_type", "kind", "words"),
    [
        (b"date,wti\n", "text/html", "csv", "web page"),
        (b"\r\n<?xml version='1.0'?>", "text/csv", "csv", "web page"),
        (b"No data", "text/csv", "csv", "'No data'"),
        (b"[1,2]", "application/json", "json", "than JSON"),
        (b"Too Many Requests\r\n", "text/plain", "json", "'Too Many Requests'"),
        (b"\xff\x00\x01", "text/csv", "csv", "than a table"),
        (b"  \n", "text/csv", "file", "nothing"),
    ],
)
def test_other_content_is_refused_in_its_own_words(data: bytes, content_type: str, kind: str, words: str) -> None:
    """Status 200 says little: the first line is quoted."""
    with pytest.raises(FetchFailed) as failed:
        refuse_other_content(data, content_type, kind, "https://example.org/a")  # type: ignore[arg-type]  # kinds in words
    assert words in str(failed.value)
    assert len(str(failed.value)) < 300
