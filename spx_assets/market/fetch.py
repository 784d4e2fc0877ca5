"""The one door through which bytes come in: local files, and what kind of file they are.

Everything behind it is a function of bytes. Compression is never inferred from a user's file; only the
package's own data is unpacked here, by name. A name is never taken from the content of a file.
"""

from __future__ import annotations

import gzip
from importlib.util import find_spec
from pathlib import Path

from spx_assets.errors import NotFound, SourceRefused

MAX_BYTES = 256 * 2**20
_PARQUET = b"PAR1"
# Signatures of what people drop by mistake, and what to do instead.
_OTHER_KINDS = (
    (b"\x1f\x8b", "gzip-compressed", "Unpack it first."),
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "Unpack it, or save the sheet as CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as CSV."),
    (b"%PDF", "a PDF document", "Download the data as CSV."),
    (b"\xff\xfe", "UTF-16 text", "Save it as UTF-8."),
    (b"\xfe\xff", "UTF-16 text", "Save it as UTF-8."),
)


def local_bytes(path: Path) -> bytes:
    """The bytes of a regular file of at most 256 MB."""
    if not path.exists():
        raise NotFound(f"{path} does not exist", way_out="Check the path.")
    if not path.is_file():
        raise SourceRefused(f"{path} is not a regular file", way_out="Name a CSV or Parquet file.")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as failed:
        raise SourceRefused(
            f"{path} cannot be read", evidence=str(failed), way_out="Check its permissions."
        ) from failed
    if len(data) > MAX_BYTES:
        raise SourceRefused(f"{path} is larger than {MAX_BYTES // 2**20} MB", way_out="Split the file.")
    return data


def packaged_bytes(package: str, file: str) -> bytes:
    """The unpacked bytes of a gzip file inside an installed package, found without importing it."""
    spec = find_spec(package)
    folders = spec.submodule_search_locations if spec is not None else None
    path = next((found for folder in folders or () if (found := Path(folder, file)).is_file()), None)
    if path is None:
        raise NotFound(f"{file} is not in the installed package {package}", way_out=f"Install {package} again.")
    with gzip.open(path) as unpacked:
        data = unpacked.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SourceRefused(f"{package}:{file} unpacks to more than {MAX_BYTES // 2**20} MB")
    return data


def is_parquet(data: bytes) -> bool:
    """Whether the bytes begin like a Parquet file, whatever the file is called."""
    return data.startswith(_PARQUET)


def decoded(data: bytes, name: str) -> str:
    """The bytes as UTF-8 text, a byte order mark tolerated; what is not text is refused by its kind."""
    _refuse_other_kinds(data, name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = data.count(b"\n", 0, broken.start) + 1
        raise SourceRefused(
            f"{name} line {line} is not UTF-8 text",
            evidence=f"byte 0x{data[broken.start]:02x} at offset {broken.start}",
            way_out="Save it as UTF-8.",
        ) from broken


def _refuse_other_kinds(data: bytes, name: str) -> None:
    if not data.strip():
        raise SourceRefused(f"{name} is empty", way_out="Download or export it again.")
    for signature, kind, way_out in _OTHER_KINDS:
        if data.startswith(signature):
            raise SourceRefused(f"{name} is {kind}, not CSV or Parquet", way_out=way_out)
    if b"\x00" in data:
        at = data.index(b"\x00")
        line = data.count(b"\n", 0, at) + 1
        raise SourceRefused(
            f"{name} line {line} is binary, not text",
            evidence=f"a zero byte at offset {at}",
            way_out="Export it as CSV or Parquet.",
        )
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        raise SourceRefused(f"{name} line 1 is JSON, not CSV or Parquet", way_out="Export the data as CSV.")
    start = start[:512].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        raise SourceRefused(
            f"{name} line 1 is a web page, not CSV or Parquet",
            evidence=repr(start[:40].decode("ascii", "replace")),
            way_out="The site answered with an error or a login page; download the data itself.",
        )
