"""What if asks the API and shows its answer; without an API it says so. The API's own number: see the browser test."""

from __future__ import annotations

from pathlib import Path

import pytest

from spx_assets.dashboard import api, counters, stored
from spx_assets.dashboard.views import what_if
from spx_assets.dashboard.wording import percent, precise
from spx_assets.settings import Settings
from spx_assets_tests.dashboard.conftest import Look, shown


def test_without_an_api_it_says_so(own: Path, look: Look) -> None:
    """The form is there; the question is answered by a sentence, and not counted."""
    page = look("what-if", own)
    page.button[0].click().run()

    assert not page.exception
    assert "The API does not answer at http" in page.warning[0].value
    found = counters.read(own / "dashboard")
    assert found is not None
    assert found.what_if_runs == 0


def test_what_the_mean_cannot_show_is_said_before_anything_is_moved(
    own: Path, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the benchmark is deployed, above the sliders; of other models nothing."""
    card = stored.current(Settings.load({}, home=own), "deployed_model").documents[stored.CARD_FILE]
    (deployed,) = {entry["model"] for entry in card["horizons"].values()}

    monkeypatch.setattr(what_if, "BENCHMARK", deployed)
    said = [info.value for info in look("what-if", own).info]
    monkeypatch.setattr(what_if, "BENCHMARK", "another")
    unsaid = look("what-if", own).info

    expected = "is deployed at every horizon: no feature moves its forecast, and only VIX level moves its interval. "
    expected += "The closest candidate, which is not deployed, answers beside it."
    assert [f"The historical mean {expected}"] == said
    assert len(unsaid) == 0


def test_it_asks_for_the_row_and_for_the_moved_row(own: Path, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """One question with both; what was moved is named, the answer shown, the run counted."""
    asked: list[list[dict[str, float]]] = []

    def answer(_: Settings, rows: list[dict[str, float]], *, horizon: int, level: float) -> api.Predictions:
        asked.append(rows)
        return api.Predictions("feed" * 4, horizon, level, [api.Prediction(0.01 * n, -0.02, None) for n in (1, 2)])

    monkeypatch.setattr(what_if.api, "predict", answer)
    page = look("what-if", own)
    page.slider(key="what-if vix_level").set_value(15.0)
    page.button[0].click().run()

    assert "VIX level, % per year" == page.slider(key="what-if vix_level").label
    table = stored.current(Settings.load({}, home=own), "cleaned_data").table
    ((row, moved),) = asked
    assert {name: float(table[name].iloc[-1]) for name in row} == row
    assert {**row, "vix_level": moved["vix_level"]} == moved
    assert moved["vix_level"] == pytest.approx(15.0, abs=0.1)
    assert [precise(0.01), precise(0.02)] == [metric.value for metric in page.metric]
    assert f"**{percent(-0.02)}** to **–**" in shown(page)
    assert "Moved: VIX level." in shown(page)
    assert "the closest candidate, is not deployed" in shown(page)
    found = counters.read(own / "dashboard")
    assert found is not None
    assert found.what_if_runs == 1
