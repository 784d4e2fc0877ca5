"""`spx landing` and `spx accept`, over files that a run has judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from spx_assets import artifacts, forecasting
from spx_assets.cli import app
from spx_assets.errors import DataRefused, NotFound, UsageError
from spx_assets.home import accepted_candidates, open_store
from spx_assets.landing import Dropped, Landing
from spx_assets.landing.dropped import digest_of
from spx_assets.settings import Settings
from spx_assets.store import Provenance
from spx_assets_tests.forecasting.synthetic import cleaned_like


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


@pytest.fixture
def leaking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose evaluation holds a candidate that explains a fifth of the next session's return."""
    monkeypatch.setenv("SPX_HOME", str(tmp_path))
    monkeypatch.setenv("SPX_HORIZONS", "1")
    settings = Settings.load()
    cleaned = cleaned_like(r2=0.2)
    evaluation = forecasting.evaluate(cleaned, horizons=(1,), candidates=("ridge",), first_train=150)
    for asset, table in (("cleaned_data", cleaned), ("walk_forward", evaluation)):
        open_store(settings).commit(asset, artifacts.payload(asset, table, "parquet"), Provenance({}, "", ""))
    return settings


def test_a_candidate_that_is_too_good_is_accepted_with_a_reason(leaking: Settings) -> None:
    """By name, with the evidence recorded; without a reason, twice, or of another candidate it is an error."""
    with pytest.raises(UsageError, match="needs a reason"):
        CliRunner().invoke(app, ["accept", "ridge", "--horizon", "1"], catch_exceptions=False)
    with pytest.raises(NotFound, match=r"ols is not set aside.*ridge at 1"):
        CliRunner().invoke(app, ["accept", "ols", "--reason", "x"], catch_exceptions=False)

    result = CliRunner().invoke(app, ["accept", "ridge", "--reason", "checked by hand"], catch_exceptions=False)

    (accepted,) = accepted_candidates(leaking)
    assert result.stdout.startswith("ridge, horizon 1: accepted with out-of-sample R² +")
    assert (accepted.trial.candidate, accepted.trial.horizon, accepted.reason) == ("ridge", 1, "checked by hand")
    with pytest.raises(NotFound, match="set aside: none"):
        CliRunner().invoke(app, ["accept", "ridge", "--reason", "again"], catch_exceptions=False)
