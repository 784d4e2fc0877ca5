"""The stored forecast."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from spx_assets.errors import DataRefused
from spx_assets.home import open_store
from spx_assets.market.calendar import closed_since
from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.outlook import Outlook, outlook, with_coverage
from spx_assets.serving.problems import Problem
from spx_assets.settings import Settings
from spx_assets.store import Payload, Provenance, Store


@pytest.fixture(scope="module")
def stored(ran: tuple[Path, dict[str, Any]]) -> Outlook:
    """The forecast of the home in which everything was run once."""
    return outlook(open_store(Settings.load({}, home=ran[0])).read("next_forecast"))


def test_every_horizon_has_its_intervals_and_the_usual_one(stored: Outlook) -> None:
    """Ninety per cent beside the forecast."""
    document = stored.document(None)

    assert [entry["horizon"] for entry in document["forecasts"]] == [1, 5, 21]
    for entry in document["forecasts"]:
        usual = next(each for each in entry["intervals"] if each["level"] == 0.9)
        assert usual == {name: entry[name] for name in ("level", "lower", "upper")}
        assert entry["lower"] < entry["forecast"] < entry["upper"]


def test_one_horizon_can_be_asked_for(stored: Outlook) -> None:
    """Another than those there are is not found."""
    assert [entry["horizon"] for entry in stored.document(5)["forecasts"]] == [5]
    with pytest.raises(Problem, match="no forecast") as refused:
        stored.document(2)
    assert refused.value.status == 404


@pytest.mark.parametrize("days", [0, 1, 3, 30, 400, 2900])
def test_its_age_is_that_of_the_calendar(days: int, stored: Outlook) -> None:
    """A session counts from 16:00 in New York, as everywhere else."""
    for minute in (0, 20 * 60 + 59, 21 * 60, 23 * 60):
        now = datetime.combine(stored.origin, time(), UTC) + timedelta(days=days, minutes=minute)
        assert closed_since(stored.origin, now) == stored.age_sessions(now)


def test_an_earlier_release_told_no_closures(stored: Outlook) -> None:
    """Then the age is not known."""
    assert replace(stored, closures=None).age_sessions(datetime.now(UTC)) is None


def test_beside_an_interval_stands_what_it_contained(stored: Outlook, model: ServedModel) -> None:
    """By the card of the model that forecast; unknown without it."""
    for entry in stored.document(None)["forecasts"]:
        coverage = model.card["horizons"][str(entry["horizon"])]["interval_coverage"]
        told = with_coverage(entry, model.card)
        assert coverage["90"] == told["coverage"]
        assert [coverage[f"{100 * each['level']:g}"] for each in told["intervals"]] == (
            [each["coverage"] for each in told["intervals"]]
        )
        assert with_coverage(entry, {})["coverage"] is None


def test_a_forecast_without_its_document_is_refused(tmp_path: Path) -> None:
    """With the way out."""
    store = Store(tmp_path)
    store.commit("next_forecast", Payload({"next_forecast.parquet": b"x"}), Provenance())

    with pytest.raises(DataRefused, match=r"next_forecast\.json"):
        outlook(store.read("next_forecast"))
