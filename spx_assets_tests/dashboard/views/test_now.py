"""Now shows the stored forecast and says how old it is."""

from __future__ import annotations

from pathlib import Path

from spx_assets.dashboard import stored
from spx_assets.dashboard.wording import percent, precise
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.store import Payload, Provenance
from spx_assets_tests.dashboard.conftest import Look, shown


def test_the_forecasts_are_those_of_the_store(kept: Path, settings: Settings, look: Look) -> None:
    """Value, interval, sentence and versions of every horizon, to the last digit shown."""
    table = stored.current(settings, "next_forecast").table

    page = look("now", kept)

    assert not page.exception
    assert [precise(value) for value in table["forecast"]] == [metric.value for metric in page.metric]
    text = shown(page)
    for row in table.to_dict("records"):
        assert f"90 % interval **{percent(row['lower_90'])}** to **{percent(row['upper_90'])}**" in text
        assert row["statement"] in text.replace("\\", "")
    assert f"Model {table['model_version'].iloc[0]}, data {table['data_version'].iloc[0]}." in text
    notes = stored.current(settings, "deployed_model").documents[stored.CARD_FILE]["sample"]["notes"]
    assert notes[0].startswith("The sample begins on")
    assert all(note in text.replace("\\", "") for note in notes)


def test_another_interval_can_be_chosen(kept: Path, settings: Settings, look: Look) -> None:
    """The cards follow."""
    page = look("now", kept)

    page.segmented_control[0].set_value("50").run()

    first = stored.current(settings, "next_forecast").table.iloc[0]
    assert f"50 % interval **{percent(first['lower_50'])}** to **{percent(first['upper_50'])}**" in shown(page)


def test_an_old_forecast_says_so(kept: Path, look: Look) -> None:
    """With the age in sessions; as of its own day it is fresh."""
    page = look("now", kept)
    (warning,) = [element.value for element in page.warning]

    assert warning.startswith("The newest close known is that of 31 December 2018,")
    assert "NYSE sessions have closed since. The sessions forecast here are past." in warning


def test_as_of_its_own_day_it_is_fresh(own: Path, look: Look) -> None:
    """Age is judged on the day that was asked for."""
    (own / "as-of" / "2018-12-31").mkdir(parents=True)
    (own / "store").rename(own / "as-of" / "2018-12-31" / "store")

    page = look("now", own, as_of="2018-12-31")

    assert not page.warning
    assert "no session has closed since" in shown(page)


def test_a_forecast_from_an_earlier_model_says_so(own: Path, look: Look) -> None:
    """When its inputs have newer versions by now."""
    store = open_store(Settings.load({}, home=own))
    files = {**store.read("deployed_model").files, "note.json": b"{}"}
    version = store.commit("deployed_model", Payload(files=files), Provenance()).version

    text = shown(look("now", own)).replace("\\", "")

    assert f"was made from earlier versions: deployed_model is {version} by now." in text
