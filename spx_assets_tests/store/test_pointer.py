"""CURRENT: strict to read, whole to replace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spx_assets.errors import ArtifactCorrupt
from spx_assets.store import pointer

VERSION = "0123456789abcdef"


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """One line that holds the version, and nothing else beside it."""
    pointer.write(tmp_path, VERSION)
    assert pointer.read(tmp_path) == VERSION
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("CURRENT", f"{VERSION}\n".encode())]


def test_without_current_there_is_no_version(tmp_path: Path) -> None:
    """An asset that was never committed has no current version, with or without a folder."""
    assert pointer.read(tmp_path) is None
    assert pointer.read(tmp_path / "never") is None


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\n", b"0123456789abcde\n", b"0123456789abcdef", b"0123456789abcdef\r\n", b"0123456789ABCDEF\n"),
        *(b" 123456789abcdef\n", b"0123456789abcdef\n\n", b"../../etc/passwd\n", b"\xff" * 17, b"x" * 100_000),
    ],
)
def test_any_other_content_is_refused(tmp_path: Path, content: bytes) -> None:
    """CURRENT holds a version id and a line break; empty, cut, long or foreign content is an error with a way out."""
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(ArtifactCorrupt, match="spx rollback"):
        pointer.read(tmp_path)


def test_current_must_be_a_plain_file(tmp_path: Path) -> None:
    """A link is refused even when it leads to a fitting line."""
    (tmp_path / "elsewhere").write_text(f"{VERSION}\n")
    (tmp_path / "CURRENT").symlink_to("elsewhere")
    with pytest.raises(ArtifactCorrupt, match="plain file"):
        pointer.read(tmp_path)


def test_a_failed_write_leaves_the_old_line_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the last step fails, CURRENT is as before and no draft stays."""
    pointer.write(tmp_path, VERSION)

    def refuse(*_: object) -> None:
        raise OSError("refused")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="refused"):
        pointer.write(tmp_path, "f" * 16)
    assert pointer.read(tmp_path) == VERSION
    assert [p.name for p in tmp_path.iterdir()] == ["CURRENT"]
