"""Results are aligned tables for people and JSON for scripts; progress goes elsewhere."""

from __future__ import annotations

import io
import json
import os
from datetime import date
from pathlib import Path

import pytest

from spx_assets.commands import printing


def test_tables_are_aligned_and_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers to the right, words to the left, as wide as the widest."""
    printing.show_table([{"name": "a" * 90, "n": 1234567, "ok": True}, {"name": "b", "n": 5, "ok": False}])

    head, rule, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["name", "n", "ok"]
    assert set(rule) == {"─", " "}
    assert first == f"{'a' * 90}  1,234,567  yes"
    assert second == f"{'b':90}          5  no"


def test_nothing_is_said_to_be_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty result is not an empty screen."""
    printing.show_table([])

    assert capsys.readouterr().out == "nothing\n"


def test_json_holds_dates_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    """What JSON has no type for is written as text."""
    printing.show_json({"day": date(2020, 1, 2)})

    assert json.loads(capsys.readouterr().out) == {"day": "2020-01-02"}


def test_progress_does_not_mix_with_results(capsys: pytest.CaptureFixture[str]) -> None:
    """A script that reads standard output sees results only."""
    printing.say("working")

    assert capsys.readouterr() == ("", "working\n")


def test_progress_that_cannot_be_written_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, a closed pipe and a closed stream under standard error stop nothing."""
    read, write = os.pipe()
    os.close(read)
    closed = io.StringIO()
    closed.close()
    for stream in (Path("/dev/full").open("w"), os.fdopen(write, "w"), closed):  # noqa: SIM115  # closing would fail
        monkeypatch.setattr("sys.stderr", stream)
        printing.say("raw_market: done")

    monkeypatch.undo()
    printing.say("and on")
