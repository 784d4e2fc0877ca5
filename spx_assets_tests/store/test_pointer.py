"""CURRENT: strict to read, whole to replace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spx_assets.errors import ArtifactCorrupt
from spx_assets.store import Payload, Provenance, Store, pointer

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


def test_stable_paths_lead_to_what_is_current(tmp_path: Path) -> None:
    """After each commit and rollback; a file that the new version does not have loses its path."""
    store = Store(tmp_path / "store", links=tmp_path / "current")
    first = store.commit("prices", Payload({"prices.csv": b"1", "figures/a.png": b"x"}), Provenance()).version
    assert (tmp_path / "current" / "prices.csv").read_bytes() == b"1"
    assert (tmp_path / "current" / "prices" / "figures" / "a.png").read_bytes() == b"x"

    store.commit("prices", Payload({"prices.parquet": b"2"}), Provenance())
    assert sorted(path.name for path in (tmp_path / "current").iterdir()) == ["prices", "prices.parquet"]
    assert (tmp_path / "current" / "prices.parquet").read_bytes() == b"2"

    store.rollback("prices", first)
    assert (tmp_path / "current" / "prices.csv").read_bytes() == b"1"
    assert not (tmp_path / "current" / "prices.parquet").is_symlink()
    assert not (tmp_path / "current" / "prices").readlink().is_absolute()  # a home can be moved


def test_a_folder_in_the_place_of_a_link_stops_no_commit(tmp_path: Path) -> None:
    """The version is stored, what stands there is left alone, and a log line says so."""
    (tmp_path / "current" / "prices" / "mine").mkdir(parents=True)
    store = Store(tmp_path / "store", links=tmp_path / "current")

    assert store.commit("prices", Payload({"prices.csv": b"1"}), Provenance()).new

    assert (tmp_path / "current" / "prices" / "mine").is_dir()
    assert [path.name for path in (tmp_path / "current").iterdir()] == ["prices"]
