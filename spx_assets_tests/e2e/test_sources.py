"""The live sources as a user has them: settings, one command, and a server on loopback that sends what they sent."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd
import pytest

from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets_tests.market import hostile
from spx_assets_tests.market.hostile import Reply, Server, ok, serving
from spx_assets_tests.market.recorded import WIRE, replies
from spx_assets_tests.product import materialize, spx

CSV = b"date,vix_close\n2024-01-02,13.2\n"


def settings(server: Server, **others: str) -> dict[str, str]:
    """Every source at the server."""
    urls = dict.fromkeys(("fred_url", "fred_api_url", "cboe_url", "yahoo_url", "stooq_url"), server.url)
    return {**urls, "fetch_backoff": "0.05", "allow_loopback": "true", **others}


@pytest.mark.skipif(not WIRE.exists(), reason="the recorded payloads are not beside the repository")
def test_three_sources_in_order_of_preference(tmp_path: Path) -> None:
    """CBOE's VIX stands, FRED gives its later days and all yields, Stooq the closes that FRED does not have."""
    output = tmp_path / "raw_market.parquet"
    with serving(replies) as server:
        done = spx("ingest", "--input", "cboe,fred,stooq", "--output", str(output), home=tmp_path, **settings(server))
    assert done.returncode == 0, done.stderr
    observations = pd.read_parquet(output)
    by_source = observations.groupby(["series", observations["source"].str.extract(r"(_History|fredgraph|/q/d)")[0]])
    counts = by_source.size().to_dict()
    assert counts["vix_close", "_History"] == 9_152
    assert counts["vix_close", "fredgraph"] == 89
    assert counts["spx_close", "fredgraph"] == 2_514
    assert counts["spx_close", "/q/d"] == 25_099 - 1_887
    assert "differ from an earlier source's, which stand" in done.stdout + done.stderr


@pytest.mark.skipif(not WIRE.exists(), reason="the recorded payloads are not beside the repository")
def test_sources_asked_again_send_only_what_is_missing_and_add_nothing(tmp_path: Path) -> None:
    """The second run asks for the last month or for what has changed, makes no version and calls nothing rewritten."""
    versions, asked = [], []
    with serving(replies) as server:
        urls = {key: value for key, value in settings(server).items() if key.endswith("url")}
        chosen = Settings.load({}, home=tmp_path, source="cboe,fred,stooq", **urls)
        for _ in range(2):
            server.asked.clear()
            assert materialize(chosen, "raw_market").success
            versions.append(open_store(chosen).current("raw_market"))
            asked.append(
                {request.query.get("id") or request.path.rsplit("/", 1)[1]: request for request in server.asked}
            )
    first, again = asked
    assert versions[0] == versions[1]
    assert (first["DGS10"].query.get("cosd"), again["DGS10"].query["cosd"]) == (None, "2026-06-30")
    assert again["VIX_History.csv"].headers["if-none-match"] == '"VIX"'


@pytest.mark.skipif(not WIRE.exists(), reason="the recorded payloads are not beside the repository")
def test_a_key_brings_the_vintages_and_is_never_shown(tmp_path: Path) -> None:
    """Every value of GDP with the day it was published; the key is in no output and no file."""
    output = tmp_path / "raw_market.csv"
    with serving(replies) as server:
        access = settings(server, fred_api_key="key")
        done = spx("ingest", "--input", "fred", "--output", str(output), home=tmp_path, **access)
    assert done.returncode == 0, done.stderr
    assert "2,949 observations of 1 series" in done.stdout
    assert "api_key" not in done.stdout + done.stderr + output.read_text()


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (hostile.page(), "web page"),
        (hostile.hang(), "within 1 s"),
        (ok(CSV.replace(b"13.2", b"13,2")), "line 2"),
    ],
    ids=["web page", "hang", "damaged"],
)
def test_a_hostile_source_ends_the_command_with_its_reason(tmp_path: Path, reply: Reply, words: str) -> None:
    """Exit status 3 within the deadline and the time to start, the reason and a way out; no file is written."""
    output = tmp_path / "raw_market.parquet"
    with serving(reply) as server:
        began = time.monotonic()
        uri = f"{server.url}/vix.csv"
        access = settings(server, fetch_deadline="1")
        done = spx("ingest", "--input", uri, "--output", str(output), home=tmp_path, **access)
        assert time.monotonic() - began < 30
    assert done.returncode == 3
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not output.exists()
