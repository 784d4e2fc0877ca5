"""Sessions replayed day by day, some late, doubled or revised: as if read at once, and as of each day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from spx_assets import artifacts
from spx_assets.definitions import build_definitions
from spx_assets.home import open_ledger, open_store
from spx_assets.market.calendar import sessions
from spx_assets.orchestration.progress import progress_logger
from spx_assets.settings import Settings
from spx_assets_tests.landing import yahoo

FLOW = ("raw_market", "cleaned_data", "walk_forward", "trained_model", "deployed_model", "next_forecast")
# One model at one horizon: what is replayed is the data's way to the ledger, not the contest of candidates.
RULES: dict[str, Any] = {"horizons": "1", "candidates": "historical_mean", "first_train": 252}
COLUMNS, INSTANT = ["series", "date", "value", "known_at"], "%Y-%m-%dT%H:%M:%SZ"
LAST = pd.Timestamp("2018-12-28")


@dataclass(frozen=True)
class Day:
    """A session, when its file is read, and the files dropped for it, by name."""

    session: pd.Timestamp
    now: pd.Timestamp
    files: dict[str, str]


def _days(observations: pd.DataFrame, count: int) -> Iterator[Day]:
    """Of every four sessions one's file comes the next morning, one's twice, and one brings a revision."""
    days = sessions("2017-01-01", LAST)[-count - 1 :]
    since = _evening(days[0])
    for place, day in enumerate(days[1:]):
        now = _evening(day)
        text = _tidy(observations[observations["known_at"].between(since, now, inclusive="right")])
        files = {f"{day:%Y-%m-%d}.csv": text}
        if place % 4 == 2:
            files[f"{day:%Y-%m-%d} (1).csv"] = text
        if place % 4 == 3:
            old = observations[(observations["series"] == "vix_close") & (observations["date"] <= day)].iloc[-9:-8]
            revised = old.assign(value=old["value"] + 0.01, known_at=now - pd.Timedelta("30min"))
            files[f"{day:%Y-%m-%d}-revised.csv"] = _tidy(revised)
        yield Day(day, now + pd.Timedelta(hours=10) if place % 4 == 1 else now, files)
        since = now


def _evening(day: pd.Timestamp) -> pd.Timestamp:
    return (day + pd.Timedelta(hours=18)).tz_localize("America/New_York").tz_convert("UTC")


def _tidy(rows: pd.DataFrame) -> str:
    written = rows.assign(date=rows["date"].dt.strftime("%Y-%m-%d"), known_at=rows["known_at"].dt.strftime(INSTANT))
    return str(written[COLUMNS].to_csv(index=False))


def _run(settings: Settings, now: pd.Timestamp, *assets: str) -> None:
    location = build_definitions(settings=settings, now=now, loggers={"silent": progress_logger(lambda _line: None)})
    location.resolve_implicit_global_asset_job_def().execute_in_process(
        asset_selection=[dg.AssetKey(asset) for asset in assets],
        run_config={"loggers": {"silent": {}}},
        instance=dg.DagsterInstance.ephemeral(),
    )


def _table(settings: Settings, asset: str) -> pd.DataFrame:
    return artifacts.table_of(open_store(settings).read(asset))


@pytest.mark.parametrize("count", [4, pytest.param(250, marks=[pytest.mark.slow, pytest.mark.timeout(7200)])])
def test_a_replay_equals_a_full_ingest_and_each_forecast_its_day(
    count: int, observations: pd.DataFrame, tmp_path: Path
) -> None:
    """Final tables equal one ingest of all files; every forecast, once, equals `--as-of` of its session."""
    days = list(_days(observations, count))
    before = observations["known_at"] <= _evening(sessions("2017-01-01", days[0].session)[-2])
    recent = observations["date"] >= days[0].session - pd.DateOffset(years=4)
    (tmp_path / "history.csv").write_text(_tidy(observations[before & recent]))
    daily, at_once = (
        Settings.load({}, home=tmp_path / name, source=str(tmp_path / "history.csv"), **RULES)
        for name in ("daily", "at_once")
    )

    for day in days:
        for name, text in day.files.items():
            yahoo.drop(daily.landing_root, name, text)
            yahoo.drop(at_once.landing_root, name, text)
        _run(daily, day.now, *FLOW)
    _run(daily, days[-1].now, "track_record")
    _run(at_once, days[-1].now, *FLOW)

    rejected = [path.name for path in (daily.landing_root / "rejected").glob("*")]
    assert rejected == []
    for asset in ("cleaned_data", "walk_forward", "next_forecast"):
        assert open_store(daily).current(asset) == open_store(at_once).current(asset), asset
    pd.testing.assert_frame_equal(_table(daily, "raw_market")[COLUMNS], _table(at_once, "raw_market")[COLUMNS])
    rows = open_ledger(daily).rows()
    assert [day.session.date() for day in days] == [row.origin for row in rows]
    assert [row.made_at for row in rows] == [day.now.to_pydatetime() for day in days]
    assert [row.realised is None for row in rows] == [False] * (count - 1) + [True]
    for row in rows:
        then = daily.model_copy(update={"as_of": row.origin})
        _run(then, days[-1].now, *FLOW)
        (again,) = open_ledger(then).rows()
        assert row.record() | {"made_at": None, "realised": None, "realised_at": None} == again.record() | {
            "made_at": None
        }
