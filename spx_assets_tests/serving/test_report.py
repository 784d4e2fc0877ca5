"""`/v1/report.pdf` and `/v1/report.html`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets_tests.serving.asking import application, ask, get
from spx_assets_tests.serving.conftest import Home
from spx_assets_tests.serving.running import Running


@pytest.mark.parametrize(("kind", "media_type"), [("pdf", "application/pdf"), ("html", "text/html; charset=utf-8")])
def test_the_current_report_is_served(
    kind: str, media_type: str, served: Running, ran: tuple[Path, dict[str, Any]]
) -> None:
    """Byte for byte, to be shown and not framed; unchanged it is not sent again."""
    stored = open_store(Settings.load({}, home=ran[0])).read("analysis_report").files[f"analysis_report.{kind}"]

    answer = served.get(f"/v1/report.{kind}")

    assert (answer.content, answer.headers["content-type"]) == (stored, media_type)
    assert answer.headers["content-disposition"].startswith("inline")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    again = served.get(f"/v1/report.{kind}", headers={"if-none-match": answer.headers["etag"]})
    assert (304, b"") == (again.status_code, again.content)


def test_it_is_behind_the_token(home: Home) -> None:
    """As all data is; without a report the answer says what makes one."""
    word = "a-token-of-some-length"
    guarded = application(Settings.load({"SPX_API_TOKEN": word}, home=home.settings.home))

    refused, missing = ask(guarded, get("/v1/report.pdf"), get("/v1/report.pdf", authorization=f"Bearer {word}"))

    assert [401, 404] == [refused.status_code, missing.status_code]
    assert "spx run" in missing.json()["way_out"]
