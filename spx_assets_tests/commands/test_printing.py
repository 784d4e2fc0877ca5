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


def test_a_moving_line_is_a_line_every_few_seconds_where_there_is_no_terminal() -> None:
    """Written to a log: not more often, and lines that stay come between."""
    written: list[str] = []
    times = iter([0.0, 2.0, 5.5, 5.5, 9.0])
    moving = printing.Moving(terminal=False, clock=lambda: next(times), write=written.append)

    for seconds in ("2 s", "5 s", "9 s"):
        moving.show(f"walk_forward, {seconds}")

    assert written == ["  walk_forward, 5 s\n"]


def test_a_moving_line_stays_in_place_on_a_terminal() -> None:
    """Rewritten from its beginning, never wider than the terminal, and taken away at the end."""
    written: list[str] = []
    moving = printing.Moving(terminal=True, write=written.append)

    moving.show("x" * 500)
    moving.clear()

    assert written[0].startswith("\r\x1b[2K  x")
    assert "\n" not in written[0]
    assert len(written[0]) < 200
    assert written[1:] == ["\r\x1b[2K"]
