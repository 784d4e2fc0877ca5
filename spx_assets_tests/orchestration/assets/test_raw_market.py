"""The asset `raw_market`: what it takes in, what it refuses, and when dropped files move."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from spx_assets import artifacts, market
from spx_assets.landing import Landing
from spx_assets.store import Store
from spx_assets_tests.landing import yahoo
from spx_assets_tests.orchestration.conftest import Materialize, failed_checks, metadata_of


@pytest.fixture
def landing(home: Path) -> Landing:
    """The landing folder of the home."""
    return Landing(home / "landing")


def _check(result: dg.ExecuteInProcessResult, name: str) -> Any:
    (found,) = [check for check in result.get_asset_check_evaluations() if check.check_name == name]
    return found


def _cut_off() -> dg.Failure:
    """A failure that Dagster does not try again."""
    return dg.Failure("cut off", allow_retries=False)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_unchanged_source_writes_nothing(materialize: Materialize, store: Store) -> None:
    """Nothing new, nothing revised, nothing rejected, the same version."""
    before = store.versions("raw_market")

    found = metadata_of(materialize("raw_market"), "raw_market")

    assert before == store.versions("raw_market")
    counts = {name: found[name].value for name in ("rows new", "rows revised", "rows rejected", "rows fetched")}
    assert counts == {"rows new": 0, "rows revised": 0, "rows rejected": 0, "rows fetched": 37878}


def test_dropped_files_are_sorted_out(materialize: Materialize, store: Store, landing: Landing) -> None:
    """Good ones are merged and in accepted/, bad ones in rejected/ with their reason, and the run succeeds."""
    yahoo.drop(landing.folder, "january.csv", yahoo.csv("2019-01-02", "2019-01-31"))
    yahoo.drop(landing.folder, "page.csv", "<html>Too many requests</html>\n")

    result = materialize("raw_market")

    assert result.success
    found = metadata_of(result, "raw_market")
    assert (found["files accepted"].value, found["files rejected"].value) == (1, 1)
    assert found["rows new"].value == 21 * 5
    assert (_names(landing.accepted), landing.waiting()) == (["january.csv"], ())
    assert _names(landing.rejected) == ["page.csv", "page.csv.reason.json"]
    assert "web page" in json.loads((landing.rejected / "page.csv.reason.json").read_text())["text"]
    raw = artifacts.table_of(store.read("raw_market"))
    assert raw["date"].max() == pd.Timestamp("2019-01-31")
    assert raw["source"].str.startswith("landing/").sum() == 21 * 5


def test_rows_rejected_are_counted(materialize: Materialize, landing: Landing) -> None:
    """The rows of refused files, not zero."""
    text = yahoo.csv("2019-01-02", "2019-01-31").replace("2019-01-31,", "2019-01-31,x", 1)
    yahoo.drop(landing.folder, "bad.csv", text)

    assert metadata_of(materialize("raw_market"), "raw_market")["rows rejected"].value == 21


def test_nothing_moves_before_the_version_is_committed(
    materialize: Materialize, store: Store, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the commit fails the file waits where it was; the next run takes it in."""
    yahoo.drop(landing.folder, "january.csv", yahoo.csv("2019-01-02", "2019-01-31"))
    before = store.current("raw_market")

    def conflict(*_arguments: object, **_options: object) -> None:
        assert len(landing.waiting()) == 1
        raise _cut_off()

    with monkeypatch.context() as patched:
        patched.setattr("spx_assets.orchestration.store_session.StoreSession.commit", conflict)
        assert not materialize("raw_market").success

    assert before == store.current("raw_market")
    assert [file.path.name for file in landing.waiting()] == ["january.csv"]
    assert materialize("raw_market").success
    assert (_names(landing.accepted), landing.waiting()) == (["january.csv"], ())


def test_a_run_cut_off_between_commit_and_move_is_finished_by_the_next(
    materialize: Materialize, store: Store, landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two files that contradict each other would each revise the other when read again: they are only moved."""
    yahoo.drop(landing.folder, "a.csv", yahoo.csv("2019-01-02", "2019-01-31"))
    yahoo.drop(landing.folder, "b.csv", yahoo.csv("2019-01-02", "2019-01-04", factor=1.001))

    def cut_off(*_arguments: object) -> None:
        raise _cut_off()

    with monkeypatch.context() as patched:
        patched.setattr(Landing, "accept", cut_off)
        assert not materialize("raw_market").success
    committed = store.current("raw_market")
    assert len(landing.waiting()) == 2

    result = materialize("raw_market")

    assert result.success
    assert committed == store.current("raw_market")
    assert metadata_of(result, "raw_market")["rows revised"].value == 0
    assert (_names(landing.accepted), landing.waiting()) == (["a.csv", "b.csv"], ())


def test_a_source_that_rewrites_history_is_refused_with_its_diff(
    materialize: Materialize, store: Store, landing: Landing, observations: pd.DataFrame, tmp_path: Path
) -> None:
    """The check fails with the rows that differ, nothing is stored; once approved the same source goes in."""
    path = yahoo.drop(tmp_path, "mine.csv", yahoo.of(observations, "2010-01-01", "2011-12-31", factor=1.01))
    before = store.current("raw_market")

    refused = materialize("raw_market", source=str(path))

    assert failed_checks(refused) == ["no_rewrite"]
    check = _check(refused, "no_rewrite")
    assert check.metadata["count"].value == 4 * 504
    assert {"before", "after"} <= set(check.metadata["failing rows"].records[0].data)
    assert f"spx accept {path}" in check.description
    assert before == store.current("raw_market")
    assert path.exists()

    landing.approve(path, at="now")
    accepted = materialize("raw_market", source=str(path))
    assert metadata_of(accepted, "raw_market")["rows revised"].value == 4 * 504


def test_a_live_source_that_rewrites_history_is_kept_for_a_person(
    materialize: Materialize,
    landing: Landing,
    observations: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What came over the network becomes a file in rejected/; accepted, it is read like any other."""
    closes = observations[(observations["series"] == "vix_close")].copy()
    closes["value"] *= 1.05
    closes["source"] = "https://example.test/VIX_History.csv"
    reading = market.Reading(closes, sources=("https://example.test/VIX_History.csv",))
    with monkeypatch.context() as patched:
        patched.setattr("spx_assets.tasks.ingest", lambda *_, **__: reading)
        refused = materialize("raw_market", source="cboe")
    assert failed_checks(refused) == ["no_rewrite"]
    (kept,) = [path for path in landing.rejected.iterdir() if path.suffix == ".csv"]

    landing.approve(kept, at="now")
    result = materialize("raw_market")

    assert metadata_of(result, "raw_market")["rows revised"].value == len(closes)
    assert _names(landing.accepted) == [kept.name]


BROKEN = {
    "sessions_complete": lambda rows: rows[~((rows["series"] == "spx_close") & (rows["date"] == "2019-01-10"))],
    "no_jumps": lambda rows: rows.assign(value=rows["value"].where(rows["series"] == "spx_volume", rows["value"] * 2)),
}


@pytest.mark.parametrize("check", BROKEN)
def test_a_broken_rule_is_refused_with_the_rows_that_break_it(
    check: str, materialize: Materialize, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The blocking check carries its failing rows, and the last good version stays."""
    path = yahoo.drop(tmp_path, "spx.csv", yahoo.csv("2019-01-02", "2019-01-31"))
    rows = market.read_source(str(path), now=pd.Timestamp("2024-07-01", tz="UTC")).observations
    broken = BROKEN[check](rows)
    monkeypatch.setattr("spx_assets.tasks.ingest", lambda *_, **__: market.Reading(broken))
    before = store.current("raw_market")

    result = materialize("raw_market")

    assert failed_checks(result) == [check]
    assert _check(result, check).metadata["count"].value == 1
    assert before == store.current("raw_market")


@pytest.mark.parametrize(("allowed", "passes"), [(None, True), (100_000, True), (5, False)])
def test_old_data_is_a_warning_and_beyond_the_limit_an_error(
    allowed: int | None, passes: bool, materialize: Materialize
) -> None:
    """The embedded data ends in 2018: a warning, never a pass; beyond SPX_MAX_AGE_SESSIONS nothing is stored."""
    result = materialize("raw_market", max_age_sessions=allowed)

    assert passes == result.success
    check = _check(result, "fresh")
    assert check.metadata["sessions since the last close"].value > 1900
    assert (allowed == 100_000) == check.passed
    assert (check.severity is dg.AssetCheckSeverity.WARN) == (allowed is None)


def test_an_as_of_run_leaves_the_landing_folder_alone(materialize: Materialize, landing: Landing) -> None:
    """Its home is its own; what was dropped waits for a run of the main one."""
    yahoo.drop(landing.folder, "january.csv", yahoo.csv("2019-01-02", "2019-01-31"))

    assert materialize("raw_market", as_of="2017-06-30").success

    assert [file.path.name for file in landing.waiting()] == ["january.csv"]


def _fix(landing: Landing, observations: pd.DataFrame, factor: float) -> None:
    yahoo.drop(landing.folder, "fix.csv", yahoo.of(observations, "2018-12-20", "2018-12-20", factor=factor))


def test_a_revision_dated_by_a_fast_clock_is_said(
    materialize: Materialize, store: Store, landing: Landing, observations: pd.DataFrame
) -> None:
    """At once as a suspicion; by the right clock as a fact, until it is rolled back: no further revision goes in."""
    sound = store.current("raw_market")
    _fix(landing, observations, 1.001)
    fast = materialize("raw_market", now=pd.Timestamp("2036-01-02 12:00", tz="UTC"))
    assert fast.success
    assert "4 revisions are dated 2036-01-02" in _check(fast, "clock").description

    said = materialize("raw_market")
    assert said.success
    check = _check(said, "clock")
    assert (check.passed, len(check.metadata["values"].records)) == (False, 4)
    assert "spx rollback raw_market" in check.description

    _fix(landing, observations, 1.002)
    assert failed_checks(materialize("raw_market")) == ["clock"]
    store.rollback("raw_market", str(sound))
    mended = materialize("raw_market")
    assert _check(mended, "clock").passed
    assert metadata_of(mended, "raw_market")["rows revised"].value == 4
