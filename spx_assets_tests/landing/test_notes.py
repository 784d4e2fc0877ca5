"""Notes are whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from spx_assets.landing import notes


def test_a_note_reads_back_as_it_was_written(tmp_path: Path) -> None:
    """Also when it replaces another, and with a name that is not text."""
    notes.write(tmp_path / "n.json", {"a": 1})
    notes.write(tmp_path / "n.json", {"text": "4,742.83 – no", "name": "x\udcff"})

    assert notes.read(tmp_path / "n.json") == {"text": "4,742.83 – no", "name": "x?"}
    assert [path.name for path in tmp_path.iterdir()] == ["n.json"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe"])
def test_what_is_no_note_is_an_empty_one(content: bytes, tmp_path: Path) -> None:
    """A damaged note never stops a run."""
    (tmp_path / "n.json").write_bytes(content)

    assert notes.read(tmp_path / "n.json") == notes.read(tmp_path / "none.json") == {}
