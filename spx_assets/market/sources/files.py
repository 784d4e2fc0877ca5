"""A file, a folder, a glob or a URI of files that people already have, in any layout `market.layouts` knows.

Files of a folder stand in the order of their sources' quality (`layouts.VENDORS`), then of their names: a value
comes from the first file that has it, gaps from the next; where files disagree that is counted and said, never
averaged. A rejected file rejects the reading; files of other kinds and of unknown instruments are left out by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from glob import glob, has_magic
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd

from spx_assets.errors import ForeignFile, NotFound, SourceRefused, UsageError
from spx_assets.market.access import Access
from spx_assets.market.agreement import Held
from spx_assets.market.combine import combined
from spx_assets.market.draft import FileContext
from spx_assets.market.fetch import local_bytes
from spx_assets.market.fetch_http import Request, Web
from spx_assets.market.fetch_remote import OBJECT_STORES, remote_bytes, remote_files
from spx_assets.market.increment import refuse_stale, unchanged
from spx_assets.market.parse import parse
from spx_assets.market.reading import Reading
from spx_assets.plain_text import without_secrets

_SUFFIXES = (".csv", ".parquet")
# What lies beside data in a folder of downloads, and what to do with it.
_OTHER_KINDS = {
    **dict.fromkeys((".gz", ".zip", ".bz2", ".xz", ".zst", ".7z"), "compressed; unpack it"),
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods", ".numbers"), "a spreadsheet; save its sheet as CSV"),
    **dict.fromkeys((".txt", ".tsv", ".dat", ".prn"), "text; rename it to .csv if it is a table"),
    **dict.fromkeys((".json", ".jsonl", ".xml"), "JSON or XML; export it as CSV"),
    **dict.fromkeys(
        (".feather", ".arrow", ".pkl", ".pickle", ".h5", ".hdf", ".sqlite", ".db"),
        "a store of another kind; export it as CSV or Parquet",
    ),
}
_ACCEPTED = (
    "Give `sample`, `fred`, `cboe`, `yahoo` or `stooq`, or a CSV or Parquet file, a folder of them, "
    "a quoted glob such as 'data/*.csv', or a URI (https, s3, gs)."
)


@dataclass(frozen=True)
class Told:
    """What the user says that a file holds: `--source wti=FILE:Price`."""

    series: str = ""
    column: str = ""


def read(location: str | Path, *, now: pd.Timestamp, access: Access | None = None, told: Told | None = None) -> Reading:
    """The observations of every file at `location`; SourceRefused or NotFound when there is no such reading.

    `told` says which series a single file holds, when it does not say so itself.
    """
    access, told = access or Access(), told or Told()
    scheme, separator, _ = str(location).partition("://")
    if not separator:
        return _local(str(location), now, access, told)
    if scheme == "file":
        return _local(_path_of(str(location)), now, access, told)
    if scheme in {"http", "https"}:
        return _web(str(location), _context(now, access.known.held, told), access)
    if scheme in OBJECT_STORES:
        return _stored(str(location), now, access, told)
    raise UsageError(
        f"{without_secrets(str(location))} has a scheme that is not known", evidence=scheme[:20], way_out=_ACCEPTED
    )


def _context(now: pd.Timestamp, held: Held, told: Told) -> FileContext:
    return FileContext(now, series=told.series, column=told.column, held=held)


def _local(location: str, now: pd.Timestamp, access: Access, told: Told) -> Reading:
    try:
        paths, others = _paths(location)
    except OSError as failed:  # a name too long, a folder without permission
        raise SourceRefused(f"{location} cannot be read", evidence=str(failed), way_out=_ACCEPTED) from failed
    reads = {str(path): partial(_file, path) for path in paths}
    reading = _together(location, reads, now, access, told)
    return replace(reading, left_out=(*reading.left_out, *others))


def _file(path: Path, context: FileContext) -> Reading:
    return parse(local_bytes(path), str(path), context=context, source=path.absolute().as_uri())


def _web(uri: str, context: FileContext, access: Access) -> Reading:
    request = Request.of(uri, "file")
    with Web(access, now=context.now) as web:
        answer = web.get(request)
    if answer is None:
        return unchanged(access.known.newest.get(request.uri, {}))
    reading = parse(answer.data, request.uri, context=context)
    refuse_stale(reading, request.uri, access.known)
    validators = {} if request.has_secret else {request.url: answer.validators}
    return replace(reading, validators=validators)


def _stored(uri: str, now: pd.Timestamp, access: Access, told: Told) -> Reading:
    reads = {file: partial(_object, file, access) for file in remote_files(uri, _SUFFIXES, access)}
    return _together(without_secrets(uri), reads, now, access, told)


def _object(uri: str, access: Access, context: FileContext) -> Reading:
    return parse(remote_bytes(uri, access), without_secrets(uri), context=context)


def _together(
    location: str, reads: Mapping[str, Callable[[FileContext], Reading]], now: pd.Timestamp, access: Access, told: Told
) -> Reading:
    """Every file's reading, combined; all that is wrong with any of them in one refusal.

    Among several files those that hold no series of ours are left out, and said to be: a folder of downloads holds
    more than market data. A damaged file of ours is never left out. A file that does not say what it is may be known
    by those that do: it is read again with their values.
    """
    if told.series and len(reads) > 1:
        raise UsageError(f"{location} holds {len(reads)} files", way_out=f"Name one: {told.series}=FILE.")
    readings: dict[str, Reading] = {}
    refused: dict[str, SourceRefused] = {}
    waiting, held = dict(reads), access.known.held
    while waiting:
        before, foreign = len(readings), dict[str, SourceRefused]()
        for name, read_one in waiting.items():
            try:
                readings[name] = read_one(_context(now, held, told))
                held = held.beside(readings[name].observations)
            except ForeignFile as reason:
                foreign[name] = reason
            except SourceRefused as reason:
                refused[name] = reason
        waiting = {name: reads[name] for name in foreign}
        if len(readings) == before or len(reads) == 1:
            break
    if not readings:
        refused |= foreign
    _raise_together(location, list(refused.values()), len(reads))
    # Stable: files of one rank in the order of their names.
    in_order = sorted((readings[name] for name in reads if name in readings), key=lambda reading: reading.rank)
    return replace(combined(in_order), left_out=tuple(f"left out: {_in_short(reason)}" for reason in foreign.values()))


def _raise_together(location: str, refused: list[SourceRefused], count: int) -> None:
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise SourceRefused(
            f"{len(refused)} of {count} files in {location} are rejected",
            evidence="\n" + "\n".join(str(reason) for reason in refused),
            way_out="Correct or remove them.",
        )


def _in_short(reason: SourceRefused) -> str:
    """The first of a refusal's problems, in one line."""
    lines = reason.evidence.strip().splitlines()
    return lines[0].strip() if len(lines) > 1 else ": ".join([reason.what, *lines])


def _path_of(uri: str) -> str:
    parts = urlsplit(uri)
    if parts.netloc not in {"", "localhost"} or not parts.path:
        raise UsageError(
            f"{without_secrets(uri)} is not a file of this machine", way_out="Write file:///path/to/file.csv."
        )
    return unquote(parts.path)


def _paths(location: str) -> tuple[list[Path], list[str]]:
    """The files to read at a location, and in words those of a folder that are of another kind."""
    path = Path(location)
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
        data = [file for file in found if file.suffix.lower() in _SUFFIXES]
        others = [f"skipped: {file} is {_kind_of(file)}" for file in found if file not in data]
        if not data:
            raise NotFound(f"{location} holds no CSV or Parquet file", evidence="; ".join(others), way_out=_ACCEPTED)
        return data, others
    if path.exists():
        return [path], []
    found = sorted(Path(file) for file in glob(str(path))) if has_magic(location) else []  # noqa: PTH207  # a pattern may be absolute
    found = [file for file in found if file.is_file()]
    if not found:
        raise NotFound(f"{location} does not exist", way_out=_ACCEPTED)
    return found, []


def _kind_of(file: Path) -> str:
    return _OTHER_KINDS.get(file.suffix.lower(), "neither CSV nor Parquet by its name")
