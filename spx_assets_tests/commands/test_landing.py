"""`spx landing` and `spx accept`, over files that a run has judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from spx_assets.cli import app
from spx_assets.errors import DataRefused, NotFound
from spx_assets.landing import Dropped, Landing
from spx_assets.landing.dropped import digest_of


@pytest.fixture
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Landing:
    """A landing folder with one file of each fate."""
    monkeypatch.setenv("SPX_HOME", str(tmp_path))
    made = Landing(tmp_path / "landing")
    made.prepare()
    for name, reason in {
        "good.csv": None,
        "bad.csv": {"text": "bad.csv line 2 is\n  " + "very " * 60 + "wrong", "acceptable": False},
        "rewrite.csv": {"text": "it rewrites history", "acceptable": True},
    }.items():
        (made.folder / name).write_text(name)
        file = Dropped.at(made.folder / name)
        assert file is not None
        made.accept(file, digest_of(file.path)) if reason is None else made.reject(file, digest_of(file.path), reason)
    (made.folder / "new.csv").write_text("1")
    return made


def test_every_file_is_listed_with_its_state(landing: Landing) -> None:
    """As JSON with the whole reason."""
    result = CliRunner().invoke(app, ["landing", "--json"])

    rows = {row["file"]: row for row in json.loads(result.stdout)}
    assert {name: row["state"] for name, row in rows.items()} == {
        "new.csv": "waiting",
        "bad.csv": "rejected",
        "rewrite.csv": "rejected",
        "good.csv": "accepted",
    }
    assert rows["bad.csv"]["why"].endswith("wrong")


def test_the_table_has_a_line_per_file(landing: Landing) -> None:
    """Long reasons are cut, and it says where the whole ones are."""
    lines = CliRunner().invoke(app, ["landing"]).stdout.splitlines()

    assert len(lines) == 2 + 4 + 1
    assert max(map(len, lines[:-1])) < 160
    assert "rejected/" in lines[-1]


def test_an_empty_home_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is made by looking."""
    monkeypatch.setenv("SPX_HOME", str(tmp_path / "home"))

    assert "Nothing was dropped" in CliRunner().invoke(app, ["landing"]).stdout
    assert not (tmp_path / "home").exists()


def test_an_accepted_rewrite_waits_again(landing: Landing) -> None:
    """Back in landing/, approved, for the next run."""
    result = CliRunner().invoke(app, ["accept", "rewrite.csv"])

    assert "`spx run` reads it" in result.stdout
    assert digest_of(landing.folder / "rewrite.csv") in landing.approvals()


def test_a_file_of_ones_own_is_approved_in_place(landing: Landing, tmp_path: Path) -> None:
    """The answer is the command that reads it."""
    (tmp_path / "mine.csv").write_text("1")

    result = CliRunner().invoke(app, ["accept", str(tmp_path / "mine.csv")])

    assert f"spx run --source {tmp_path / 'mine.csv'}" in result.stdout


@pytest.mark.parametrize(("name", "error"), [("bad.csv", DataRefused), ("none.csv", NotFound)])
def test_what_cannot_be_accepted_is_refused(name: str, error: type[Exception], landing: Landing) -> None:
    """A damaged file, and no file."""
    assert isinstance(CliRunner().invoke(app, ["accept", name]).exception, error)
