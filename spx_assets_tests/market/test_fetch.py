"""The door for bytes: only whole, readable, textual or Parquet files come in."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from spx_assets.errors import NotFound, SourceRefused
from spx_assets.market import fetch


def test_the_bytes_of_a_file(tmp_path: Path) -> None:
    """A file is given as it is."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"date,wti\n")
    assert fetch.local_bytes(path) == b"date,wti\n"


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    """A path that is not there has its own error and exit status."""
    with pytest.raises(NotFound, match=r"a\.csv does not exist"):
        fetch.local_bytes(tmp_path / "a.csv")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    """A folder has no bytes."""
    with pytest.raises(SourceRefused, match="not a regular file"):
        fetch.local_bytes(tmp_path)


def test_a_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than the cap is read, whatever size the file claims."""
    monkeypatch.setattr(fetch, "MAX_BYTES", 2**20)
    path = tmp_path / "a.csv"
    path.write_bytes(b"1" * (2**20 + 1))
    with pytest.raises(SourceRefused, match="larger than 1 MB"):
        fetch.local_bytes(path)


def test_text_with_a_byte_order_mark() -> None:
    """Excel's UTF-8 begins with a mark, which is no part of the text."""
    assert fetch.decoded(b"\xef\xbb\xbfdate,wti\n", "a.csv") == "date,wti\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (gzip.compress(b"date,wti\n", mtime=0), "gzip-compressed"),
        (b"PK\x03\x04....", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0....", "old Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        ("date,wti\n".encode("utf-16"), "UTF-16"),
        (b"date,wti\n2024-01-02,7\x000\n", "line 2 is binary"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\n  <HTML><head>", "web page"),
        (b'{"chart": {}}', "JSON"),
        (b"date,wti\n2024-01-02,70\x80\n", "line 2 is not UTF-8"),
    ],
)
def test_what_is_not_text_is_named(data: bytes, words: str) -> None:
    """Each wrong kind of file is refused by name, with a way out."""
    with pytest.raises(SourceRefused) as refused:
        fetch.decoded(data, "a.csv")
    assert words in str(refused.value)
    assert "a.csv" in str(refused.value)
    assert refused.value.way_out


def test_parquet_is_known_by_its_bytes() -> None:
    """The name of a file says nothing."""
    assert fetch.is_parquet(b"PAR1....")
    assert not fetch.is_parquet(b"date,wti\n")


def test_packaged_data_is_read_without_importing_the_package() -> None:
    """The file of an installed package, unpacked."""
    assert fetch.packaged_bytes("arch", "data/vix/vix.csv.gz").startswith(b"Date,vix")


@pytest.mark.parametrize(("package", "file"), [("arch", "data/none.csv.gz"), ("no_such_package", "a.csv.gz")])
def test_packaged_data_that_is_not_there(package: str, file: str) -> None:
    """A missing file or package is not found, and the package is named."""
    with pytest.raises(NotFound, match=package):
        fetch.packaged_bytes(package, file)
