"""The body of an answer: whole, of a bearable size and pace, and of the kind that was asked for.

A body whose end nothing marks is refused: cut short, it would look complete. Compression is undone here,
because the header says so, and only up to the cap: never more than the answer may hold.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Literal

import httpcore

from spx_assets.errors import FetchFailed
from spx_assets.market.access import Access
from spx_assets.market.fetch_deadline import Deadline
from spx_assets.market.refusal import quoted

Kind = Literal["csv", "json", "file"]

_GRACE_S = 5.0
# Prices in CSV shrink about fivefold; what shrinks a hundredfold was made to burst.
MAX_RATIO = 100
_SMALL = 2**20
_GZIP_WINDOW = 31
_AGAIN = "Try again later; what was fetched before stays."


def body(
    response: httpcore.Response, headers: Mapping[str, str], uri: str, access: Access, deadline: Deadline
) -> bytes:
    """The unpacked bytes of a body that arrived whole; FetchFailed, or httpcore's errors when it did not."""
    coding = headers.get("content-encoding", "identity").strip().casefold()
    if coding not in {"identity", "", "gzip", "x-gzip"}:
        raise FetchFailed(f"{uri} answered in a coding nobody asked for", evidence=quoted(coding), way_out=_AGAIN)
    packed = coding.endswith("gzip")
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:18]) > access.max_bytes:
        raise _too_large(uri, access, f"it declares {declared[:18]} bytes")
    if not packed and not declared and "chunked" not in headers.get("transfer-encoding", "").casefold():
        raise FetchFailed(
            f"{uri} answered with a body whose end nothing marks",
            evidence="neither Content-Length nor chunks: cut short, it would look complete",
            way_out="Download the file, and name it as the source.",
        )
    unpack = zlib.decompressobj(_GZIP_WINDOW) if packed else None
    data, arrived, began = bytearray(), 0, deadline.now()
    for chunk in response.iter_stream():
        arrived += len(chunk)
        _refuse_slow(arrived, deadline.now() - began, uri, access)
        for piece in [chunk] if unpack is None else _pieces(unpack, chunk, uri):
            data += piece
            if len(data) > access.max_bytes:
                raise _too_large(uri, access, f"{arrived:,} bytes hold more")
            if unpack is not None and len(data) > max(_SMALL, MAX_RATIO * arrived):
                raise FetchFailed(
                    f"{uri} answered with a body made to burst",
                    evidence=f"{arrived:,} bytes unpack to over {len(data):,}",
                    way_out="Check the address.",
                )
    if unpack is not None and not unpack.eof:
        raise httpcore.RemoteProtocolError("the compressed body was cut short")
    return bytes(data)


def refuse_other_content(data: bytes, content_type: str, kind: Kind, uri: str) -> None:
    """FetchFailed when the bytes are a web page, an apology, or otherwise not what was asked for."""
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    line = start.splitlines()[0] if start else b""
    shown = quoted(line.decode("utf-8", "replace"))
    if not start:
        raise FetchFailed(f"{uri} answered with nothing", way_out=_AGAIN)
    if start.startswith(b"<") or content_type.strip().casefold().startswith("text/html"):
        raise FetchFailed(f"{uri} answered with a web page", evidence=shown, way_out=_AGAIN)
    if kind == "json" and not start.startswith(b"{"):
        raise FetchFailed(f"{uri} answered with something else than JSON", evidence=shown, way_out=_AGAIN)
    if kind == "csv" and b"," not in line:
        raise FetchFailed(f"{uri} answered with something else than a table", evidence=shown, way_out=_AGAIN)


def _pieces(unpack: zlib._Decompress, chunk: bytes, uri: str) -> Iterator[bytes]:
    """What a chunk unpacks to, a little at a time: the caller may have seen enough."""
    while chunk:
        try:
            yield unpack.decompress(chunk, _SMALL)
        except zlib.error as broken:
            raise FetchFailed(f"{uri} answered with a damaged body", evidence=str(broken), way_out=_AGAIN) from broken
        if unpack.unused_data:
            raise FetchFailed(f"{uri} answered with more than its compressed body", way_out=_AGAIN)
        chunk = unpack.unconsumed_tail


def _refuse_slow(arrived: int, seconds: float, uri: str, access: Access) -> None:
    if seconds > _GRACE_S and arrived < access.minimum_rate * seconds:
        raise FetchFailed(
            f"{uri} answers too slowly",
            evidence=f"{arrived:,} bytes in {seconds:.0f} s, less than {access.minimum_rate:g} a second",
            way_out="Try again later, or lower SPX_FETCH_MINIMUM_RATE.",
        )


def _too_large(uri: str, access: Access, evidence: str) -> FetchFailed:
    return FetchFailed(
        f"{uri} answered with more than {access.max_bytes:,} bytes",
        evidence=evidence,
        way_out="Check the address, or raise SPX_FETCH_MAX_BYTES.",
    )
