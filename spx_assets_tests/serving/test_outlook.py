"""The stored forecast."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spx_assets.errors import DataRefused
from spx_assets.home import open_store
from spx_assets.serving.outlook import Outlook, outlook
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


def test_a_forecast_without_its_document_is_refused(tmp_path: Path) -> None:
    """With the way out."""
    store = Store(tmp_path)
    store.commit("next_forecast", Payload({"next_forecast.parquet": b"x"}), Provenance())

    with pytest.raises(DataRefused, match=r"next_forecast\.json"):
        outlook(store.read("next_forecast"))
