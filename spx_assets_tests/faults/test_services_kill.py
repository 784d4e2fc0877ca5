"""`kill -9` of what `spx up` runs, while files come in: it is back, no run stays open, none is made twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from spx_assets import artifacts
from spx_assets.home import open_store
from spx_assets.market.calendar import sessions
from spx_assets.orchestration.instance import open_instance
from spx_assets.orchestration.open_runs import makes
from spx_assets.settings import Settings
from spx_assets_tests.e2e.up import KINDS, Up, looks, up, wait
from spx_assets_tests.landing import yahoo

# What a run that was killed may take to be closed: while it was starting the two minutes that a start may take, and
# one look of the monitoring beyond.
BOUND_S = 120 + 30
KEY = "dagster/run_key"
DAYS = [f"{day:%Y-%m-%d}" for day in sessions("2019-01-02", "2019-12-31")]


def _kill(running: Up, *kinds: str) -> None:
    for pid in [pid for kind in kinds for pid in running.pids(kind)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _runs(home: Path) -> list[dg.RunRecord]:
    with open_instance(Settings.load({}, home=home)) as instance:
        return list(instance.get_run_records())


def _open(home: Path) -> list[dg.RunRecord]:
    return [record for record in _runs(home) if not record.dagster_run.is_finished]


def _returns(running: Up) -> int:
    """How often a service was said to be back."""
    return sum(line.endswith("is back") for line in running.log.read_text().splitlines())


def _survives(home: Path, kinds: list[str], kills: int, seed: int) -> None:
    """Drop a session's file before each kill; with the next, everything arrives, and each change was answered once."""
    moments = random.Random(seed)  # noqa: S311  # moments to kill at, not secrets
    services = [kind for kind in kinds if kind != "run worker"]
    with up(home, "up", "--no-dashboard", candidates="historical_mean", horizons="1") as running:
        wait(lambda: looks(home, "on_landing") >= 1, 60)
        for day in DAYS[:kills]:
            yahoo.drop(home / "landing", f"{day}.csv", yahoo.csv(day, day))
            if "run worker" in kinds:
                wait(lambda: bool(running.pids("run worker")), BOUND_S + 120)
                time.sleep(moments.uniform(0.0, 8.0))
            else:
                time.sleep(moments.uniform(0.0, 30.0))
            back = _returns(running) + len(services)
            _kill(running, *kinds)
            wait(lambda back=back: _returns(running) >= back, 300)  # type: ignore[misc]
        # A run that failed is tried once more, not for ever: the next file takes along what was left.
        yahoo.drop(home / "landing", f"{DAYS[kills]}.csv", yahoo.csv(DAYS[kills], DAYS[kills]))
        settings = Settings.load({}, home=home)
        wait(lambda: _is_built_upon(settings) and not _open(home), BOUND_S + 300)

    _check_runs(_runs(home))
    table = artifacts.table_of(open_store(settings).read("raw_market"))
    stored = set(table[table["series"] == "spx_close"]["date"].dt.strftime("%Y-%m-%d"))
    assert set(DAYS[: kills + 1]) <= stored
    assert all(verdict.ok for verdict in open_store(settings).verify())


def _is_built_upon(settings: Settings) -> bool:
    """Whether `analysis_report`, the last of the flow, was made of the current `raw_market`, and nothing waits."""
    store = open_store(settings)
    made_of = store.read("analysis_report").manifest.provenance.inputs["raw_market"]
    return made_of == store.current("raw_market") and not _waiting(settings)


def _waiting(settings: Settings) -> list[Path]:
    return list(settings.landing_root.glob("*.csv"))


def _check_runs(records: list[dg.RunRecord]) -> None:
    """No key was launched twice, no asset was written by two at once, and no run was open beyond its bound."""
    keys = Counter(record.dagster_run.tags[KEY] for record in records if KEY in record.dagster_run.tags)
    assert [key for key, times in keys.items() if times > 1] == []
    begun = [(record.start_time, record.end_time, record) for record in records if record.start_time is not None]
    for asset in ("raw_market", "cleaned_data"):
        spans = sorted((since, until) for since, until, record in begun if makes(record.dagster_run, asset))
        assert all(until <= since for (_, until), (since, _) in pairwise(spans)), spans
    late = [record.dagster_run.run_id for since, until, record in begun if until - since > BOUND_S]
    assert late == []


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "kinds", [["run worker"], ["daemon"], ["code server"], [*KINDS]], ids=["worker", "daemon", "server", "all"]
)
def test_what_was_killed_is_back_and_nothing_is_lost(
    kinds: list[str], ran: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """Ten kills each, at random moments of the way from a dropped file to the forecast."""
    home = tmp_path / "home"
    shutil.copytree(ran[0], home, symlinks=True)

    _survives(home, kinds, kills=10, seed=7)
