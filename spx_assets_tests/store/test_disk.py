"""The file-system steps, each by itself."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

import pytest

from spx_assets.errors import StoreUnavailable
from spx_assets.store import disk


def test_a_written_file_holds_the_bytes(tmp_path: Path) -> None:
    """What is written is what is read."""
    disk.write_new(tmp_path / "a", b"bytes\0\n")
    assert disk.read_regular(tmp_path / "a", limit=100) == b"bytes\0\n"


def test_writing_never_overwrites(tmp_path: Path) -> None:
    """A file that is already there stays as it is."""
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        disk.write_new(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"


def test_reading_stops_one_byte_past_the_limit(tmp_path: Path) -> None:
    """A file larger than expected costs one byte more than expected, not its whole size."""
    (tmp_path / "a").write_bytes(b"x" * 50)
    assert len(disk.read_regular(tmp_path / "a", limit=10)) == 11


def test_an_absurd_limit_reserves_no_memory(tmp_path: Path) -> None:
    """The limit may be a forged number: reading is bounded by what the file holds."""
    (tmp_path / "a").write_bytes(b"x")
    assert disk.read_regular(tmp_path / "a", limit=10**30) == b"x"


def test_links_folders_and_pipes_are_not_files(tmp_path: Path) -> None:
    """Nothing but a plain file is read, and a pipe without a writer does not block."""
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "folder", "pipe", "file/inside"):
        with pytest.raises(disk.NotRegular):
            disk.read_regular(tmp_path / name, limit=10)


def test_removal_does_not_follow_links(tmp_path: Path) -> None:
    """Removing a link, or a tree that holds one, leaves what it points to."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("kept")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "link").symlink_to(tmp_path / "kept")
    disk.remove(tmp_path / "link")
    disk.remove(tmp_path / "tree")
    disk.remove(tmp_path / "never there")
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["file", "kept"]


def test_what_cannot_be_removed_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A removal that fails is told, and is not an error: the next sweep tries again."""

    def refuse(path: Path, **_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path))

    monkeypatch.setattr(os, "unlink", refuse)
    (tmp_path / "a").write_bytes(b"x")
    with caplog.at_level(logging.WARNING):
        disk.remove(tmp_path / "a")
    assert "could not be removed" in caplog.text


def test_setting_aside_hides_under_an_orphans_name(tmp_path: Path) -> None:
    """What is set aside is out of sight at once and recognised as an orphan."""
    (tmp_path / "a").mkdir()
    hidden = disk.set_aside(tmp_path / "a")
    assert [hidden] == list(tmp_path.iterdir())
    assert hidden.name.startswith(".staging-")


def test_names_are_on_the_disk_before_anything_builds_on_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new folder's parent is synced before the folder is used, and a hidden name before its files may go."""
    synced: list[int] = []
    sync = os.fsync

    def traced(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", traced)
    disk.make_folder(tmp_path / "a" / "b")
    disk.set_aside(tmp_path / "a" / "b")
    outer, inner = tmp_path.stat().st_ino, (tmp_path / "a").stat().st_ino
    assert synced == [outer, inner, inner]


def test_folders_are_made_with_their_parents(tmp_path: Path) -> None:
    """Missing parents are made; what is there is left alone."""
    disk.make_folder(tmp_path / "a" / "b")
    before = (tmp_path / "a").stat().st_mtime_ns
    disk.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    assert (tmp_path / "a").stat().st_mtime_ns == before


def test_a_full_disk_is_reported_with_the_way_out() -> None:
    """The operating system's refusal becomes one error with its three parts."""
    with pytest.raises(StoreUnavailable) as caught, disk.reporting("prices could not be stored"):
        raise OSError(errno.ENOSPC, "No space left on device", "/some/file")
    assert str(caught.value) == (
        "prices could not be stored: No space left on device (/some/file). "
        "Free some space on that disk, then run again."
    )
