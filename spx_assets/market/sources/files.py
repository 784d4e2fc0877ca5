"""A file, a folder, a glob or a URI of files that people already have, in any layout `market.layouts` knows.

Files are read in the order of their names. A value comes from the first file that has it, gaps from the
next; where files disagree that is counted and said, never averaged. A refused file refuses the reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from glob import glob, has_magic
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd

from spx_assets.errors import ForeignFile, NotFound, SourceRefused, UsageError
from spx_assets.market.access import Access
from spx_assets.market.combine import combined
from spx_assets.market.fetch import local_bytes
from spx_assets.market.fetch_http import Request, Web
from spx_assets.market.fetch_remote import OBJECT_STORES, remote_bytes, remote_files
from spx_assets.market.increment import refuse_stale, unchanged
from spx_assets.market.parse import parse
from spx_assets.market.reading import Reading
from spx_assets.plain_text import without_secrets

_SUFFIXES = (".csv", ".parquet")
_ACCEPTED = (
    "Give `sample`, `fred`, `cboe`, `yahoo` or `stooq`, or a CSV or Parquet file, a folder of them, "
    "a quoted glob such as 'data/*.csv', or a URI (https, s3, gs)."
)


def read(location: str | Path, *, now: pd.Timestamp, access: Access | None = None) -> Reading:
    """The observations of every file at `location`; SourceRefused or NotFound when there is no such reading."""
    access = access or Access()
    scheme, separator, _ = str(location).partition("://")
    if not separator:
        return _local(str(location), now)
    if scheme == "file":
        return _local(_path_of(str(location)), now)
    if scheme in {"http", "https"}:
        return _web(str(location), now, access)
    if scheme in OBJECT_STORES:
        return _stored(str(location), now, access)
    raise UsageError(
        f"{without_secrets(str(location))} has a scheme that is not known", evidence=scheme[:20], way_out=_ACCEPTED
    )


def _local(location: str, now: pd.Timestamp) -> Reading:
    try:
        paths = _paths(location)
    except OSError as failed:  # a name too long, a folder without permission
        raise SourceRefused(f"{location} cannot be read", evidence=str(failed), way_out=_ACCEPTED) from failed
    return _together(location, [partial(_file, path, now) for path in paths])


def _file(path: Path, now: pd.Timestamp) -> Reading:
    return parse(local_bytes(path), str(path), now=now, source=path.absolute().as_uri())


def _web(uri: str, now: pd.Timestamp, access: Access) -> Reading:
    request = Request.of(uri, "file")
    with Web(access, now=now) as web:
        answer = web.get(request)
    if answer is None:
        return unchanged(access.known.newest.get(request.uri, {}))
    reading = parse(answer.data, request.uri, now=now)
    refuse_stale(reading, request.uri, access.known)
    validators = {} if request.has_secret else {request.url: answer.validators}
    return Reading(reading.observations, reading.repairs, reading.sources, validators=validators)


def _stored(uri: str, now: pd.Timestamp, access: Access) -> Reading:
    files = remote_files(uri, _SUFFIXES, access)
    return _together(without_secrets(uri), [partial(_object, file, now, access) for file in files])


def _object(uri: str, now: pd.Timestamp, access: Access) -> Reading:
    return parse(remote_bytes(uri, access), without_secrets(uri), now=now)


def _together(location: str, reads: list[Callable[[], Reading]]) -> Reading:
    """Every file's reading, combined; all that is wrong with any of them in one refusal.

    Among several files those that hold no series of ours are left out, and said to be: a folder of downloads holds
    more than market data. A damaged file of ours is never left out.
    """
    readings: list[Reading] = []
    refused: list[SourceRefused] = []
    foreign: list[ForeignFile] = []
    for read_one in reads:
        try:
            readings.append(read_one())
        except ForeignFile as reason:
            foreign.append(reason)
        except SourceRefused as reason:
            refused.append(reason)
    if not readings:
        refused += foreign
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise SourceRefused(
            f"{len(refused)} of {len(reads)} files in {location} are refused",
            evidence="\n" + "\n".join(str(reason) for reason in refused),
            way_out="Correct or remove them.",
        )
    return replace(combined(readings), left_out=tuple(f"left out: {_in_short(reason)}" for reason in foreign))


def _in_short(reason: SourceRefused) -> str:
    """The first of a refusal's problems, in one line."""
    lines = reason.evidence.strip().splitlines()
    return lines[0] if len(lines) > 1 else ": ".join([reason.what, *lines])


def _path_of(uri: str) -> str:
    parts = urlsplit(uri)
    if parts.netloc not in {"", "localhost"} or not parts.path:
        raise UsageError(
            f"{without_secrets(uri)} is not a file of this machine", way_out="Write file:///path/to/file.csv."
        )
    return unquote(parts.path)


def _paths(location: str) -> list[Path]:
    path = Path(location)
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES and file.is_file())
        if not found:
            raise NotFound(f"{location} holds no CSV or Parquet file", way_out=_ACCEPTED)
        return found
    if path.exists():
        return [path]
    found = sorted(Path(file) for file in glob(str(path))) if has_magic(location) else []  # noqa: PTH207  # a pattern may be absolute
    found = [file for file in found if file.is_file()]
    if not found:
        raise NotFound(f"{location} does not exist", way_out=_ACCEPTED)
    return found
