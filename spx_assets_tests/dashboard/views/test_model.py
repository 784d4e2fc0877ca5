"""Model shows the card of what serves, and every version that served."""

from __future__ import annotations

from pathlib import Path

from spx_assets.dashboard import stored
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.store import Payload, Provenance
from spx_assets_tests.dashboard.conftest import Look, shown


def test_the_card_is_that_of_the_deployed_version(kept: Path, settings: Settings, look: Look) -> None:
    """Verdict and scores of every candidate, of the horizon that is chosen."""
    deployed = stored.current(settings, "deployed_model")
    card = deployed.documents["model_card.json"]

    page = look("model", kept)
    page.segmented_control[0].set_value("21").run()

    assert not page.exception
    text = shown(page).replace("\\", "")
    assert all(line in text for line in [*card["verdict"], *card["sample"]["notes"]])
    assert deployed.version in text
    scores = page.table[0].value
    assert [row["r2_os"] for row in card["horizons"]["21"]["scoreboard"]] == scores["R² out of sample"].tolist()


def test_importances_through_time_are_the_report_s_own_figure(
    kept: Path, own: Path, settings: Settings, look: Look
) -> None:
    """Permutation importance has no place on the card: the page shows what the report drew, and says when it cannot."""
    report = stored.current(settings, "analysis_report")
    assert "figures/importance_through_time.png" in report.files

    assert f"A figure of analysis_report {report.version}" in shown(look("model", kept)).replace("\\", "")
    (own / "store" / "analysis_report" / "CURRENT").unlink()
    assert "There is no analysis_report in this store yet" in shown(look("model", own)).replace("\\", "")


def test_every_promotion_is_listed_with_what_serves_now(own: Path, look: Look) -> None:
    """Newest first; after a rollback the earlier one serves again."""
    store = open_store(Settings.load({}, home=own))
    first = store.current("deployed_model")
    assert first is not None
    files = {**store.read("deployed_model").files, "note.json": b"{}"}
    second = store.commit("deployed_model", Payload(files=files), Provenance()).version
    store.rollback("deployed_model", first)

    history = look("model", own).table[-1].value

    assert [second, first] == history["Version"].tolist()
    assert ["", "now"] == history["Serves"].tolist()
