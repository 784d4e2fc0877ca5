"""Which files count as dropped, and what says that one is still being written."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from spx_assets.landing.dropped import Dropped, digest_of, ends_whole, is_open_for_writing, is_unfinished


def test_a_file_is_known_by_its_name_in_landing(tmp_path: Path) -> None:
    """The same on every machine, whatever the home."""
    (tmp_path / "VIX_History.csv").write_text("DATE,CLOSE\n")

    file = Dropped.at(tmp_path / "VIX_History.csv")

    assert file is not None
    assert ("landing/VIX_History.csv", 11, True) == (file.name, file.size_bytes, file.is_unchanged())


def test_writing_on_changes_it(tmp_path: Path) -> None:
    """More bytes, a newer time, another file of the same name, none at all."""
    path = tmp_path / "spx.csv"

    for change in (
        lambda: path.write_text("a,b"),
        lambda: os.utime(path, ns=(1, 1)),
        lambda: (tmp_path / "other").replace(path),
        path.unlink,
    ):
        path.write_text("a")
        (tmp_path / "other").write_text("a")
        file = Dropped.at(path)
        assert file is not None
        change()
        assert not file.is_unchanged()


def test_links_folders_and_pipes_are_no_dropped_files(tmp_path: Path) -> None:
    """Only regular files are read; a link is not followed."""
    (tmp_path / "target.csv").write_text("x")
    (tmp_path / "link.csv").symlink_to(tmp_path / "target.csv")
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")

    assert [Dropped.at(tmp_path / name) for name in ("link.csv", "folder.csv", "pipe.csv", "none.csv")] == [None] * 4


def test_a_name_that_is_not_text_is_said_in_text(tmp_path: Path) -> None:
    """Such a name must not break the table that the source column stands in."""
    path = tmp_path / os.fsdecode(b"spx\xff.csv")
    path.write_text("x")
    file = Dropped.at(path)

    assert file is not None
    assert file.name == "landing/spx\ufffd.csv"


@pytest.mark.parametrize("name", [".DS_Store", "spx.csv.part", "spx.csv.crdownload", "spx.CSV.TMP", "spx.csv~"])
def test_unfinished_files_are_known_by_name(name: str) -> None:
    """Browsers and editors say so."""
    assert is_unfinished(name)
    assert not is_unfinished("spx.csv")


def test_the_digest_is_sha256(tmp_path: Path) -> None:
    """Of the bytes, in hex."""
    (tmp_path / "x").write_bytes(b"abc")

    assert hashlib.sha256(b"abc").hexdigest() == digest_of(tmp_path / "x")


def test_a_file_open_for_writing_is_seen(tmp_path: Path) -> None:
    """Until it is closed; one that is read, or gone, is not being written."""
    path = tmp_path / "a.csv"
    with path.open("w"):
        assert is_open_for_writing(path)
    with path.open():
        assert not is_open_for_writing(path)
    assert not is_open_for_writing(tmp_path / "gone")


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (b"a,b\n1,2\n", True),
        (b"a,b\n1,2", False),
        (b"", False),
        (b'{"chart": {}}', True),
        (b'{"chart": {', False),
        (b"PAR1 rows and footer PAR1", True),
        (b"PAR1 rows", False),
        (b"PAR1", False),
    ],
)
def test_the_end_tells_half_a_file(content: bytes, whole: bool, tmp_path: Path) -> None:
    """A line break, a closing bracket, Parquet's mark."""
    path = tmp_path / "file"
    path.write_bytes(content)

    assert ends_whole(path) is whole
