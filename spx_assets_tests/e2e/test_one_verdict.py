"""One verdict, one sentence: card, forecast, API document and report say the same words."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

from spx_assets_tests.product import started


def current(home: Path, asset: str) -> Path:
    """The folder of an asset's current version."""
    folder = home / "store" / asset
    return folder / (folder / "CURRENT").read_text().strip()


def test_every_surface_says_the_same_sentence(ran: tuple[Path, dict[str, Any]]) -> None:
    """Word for word, with one count of what was tried."""
    home, _ = ran
    card = json.loads((current(home, "deployed_model") / "model_card.json").read_text())
    served = json.loads((current(home, "next_forecast") / "next_forecast.json").read_text())
    page = (current(home, "analysis_report") / "analysis_report.html").read_text()
    report = " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
    printed = started("forecast", home=home).stdout

    for forecast in served["forecasts"]:
        statement = card["horizons"][str(forecast["horizon"])]["statement"]
        assert forecast["statement"] == statement
        assert statement in printed
        assert statement in report
        assert any(line.startswith(statement) for line in card["verdict"])
    assert "no skill over the historical mean" not in report + printed
