"""`spx serve`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from spx_assets import artifacts
from spx_assets.commands.serve import address
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets_tests.product import spx
from spx_assets_tests.serving.running import Running


def test_it_prints_where_it_listens(served: Running) -> None:
    """Before it serves."""
    lines = served.log.read_text().splitlines()

    assert lines[0].split() == ["API", served.url]
    assert lines[1].split() == ["API", "docs", f"{served.url}/docs"]


def test_the_last_row_of_the_data_gives_the_stored_forecast(served: Running, ran: tuple[Path, dict[str, Any]]) -> None:
    """`/v1/predictions`, `/v1/forecast` and `spx forecast` are one number, for every horizon and its interval."""
    stored = json.loads(spx("forecast", "--json", home=ran[0]).stdout)
    last = artifacts.table_of(open_store(Settings.load({}, home=ran[0])).read("cleaned_data")).iloc[-1]
    row = {name: float(last[name]) for name in served.get("/v1/model").json()["features"]}

    for record in stored:
        document = {"rows": [row], "horizon": record["horizon"], "level": 0.9}
        (made,) = served.post("/v1/predictions", document).json()["predictions"]
        (told,) = served.get(f"/v1/forecast?horizon={record['horizon']}").json()["forecasts"]
        expected = (record["forecast"], record["lower_90"], record["upper_90"])
        assert expected == (told["forecast"], told["lower"], told["upper"])
        assert expected == pytest.approx((made["forecast"], made["lower"], made["upper"]), rel=0, abs=1e-12)


def test_beyond_loopback_it_does_not_start_without_a_token(tmp_path: Path) -> None:
    """Exit status 2, with the way out."""
    result = spx("serve", "--host", "0.0.0.0", home=tmp_path)  # noqa: S104  # it does not start

    assert result.returncode == 2
    assert "SPX_API_TOKEN" in result.stderr


def test_an_address_of_version_six_is_written_in_brackets() -> None:
    """So that it can be copied."""
    assert address(Settings.load({}, api_host="::1", api_port=8123)) == "http://[::1]:8123"
