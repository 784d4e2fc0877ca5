"""What `SPX_SOURCE` names, in order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from spx_assets.errors import FetchFailed, UsageError
from spx_assets.market import Access, known_from, read_source
from spx_assets_tests.market.documents import NOW, as_bytes, fred_csv, yahoo_csv
from spx_assets_tests.market.hostile import ok, raw, serving


def test_names_and_locations_mix(tmp_path: Path) -> None:
    """The embedded sample, and a file for what it lacks."""
    (tmp_path / "dgs10.csv").write_bytes(fred_csv())
    reading = read_source(f"sample, {tmp_path / 'dgs10.csv'}", now=NOW)
    assert {"spx_close", "treasury_10y"} <= set(reading.observations["series"])
    assert len(reading.sources) == 6


def test_a_file_with_a_comma_in_its_name_is_one_file(tmp_path: Path) -> None:
    """What exists is taken at its word."""
    path = tmp_path / "dgs10,2024.csv"
    path.write_bytes(fred_csv())
    assert read_source(str(path), now=NOW).sources == (path.as_uri(),)


def test_a_file_uri_is_a_file(tmp_path: Path) -> None:
    """Escapes included."""
    path = tmp_path / "my spx.csv"
    path.write_bytes(yahoo_csv(3))
    assert read_source(path.as_uri(), now=NOW).sources == (path.as_uri(),)


@pytest.mark.parametrize("source", ["", "  ", "sample,,sample", ",sample"])
def test_an_empty_name_is_a_usage_error(source: str) -> None:
    """Before anything is read."""
    with pytest.raises(UsageError, match=r"names nothing|is empty"):
        read_source(source, now=NOW)


@pytest.mark.parametrize("source", ["ftp://a/b.csv", "file://elsewhere/b.csv", "memory://b.csv"])
def test_an_unknown_scheme_is_a_usage_error(source: str) -> None:
    """The accepted ones are listed."""
    with pytest.raises(UsageError) as refused:
        read_source(source, now=NOW)
    assert "file" in refused.value.way_out


def test_a_file_on_the_web_by_its_address() -> None:
    """The same layouts, the URI as source, validators to remember, and nothing the second time."""
    body = as_bytes(["date,wti", "2024-01-02,70.1"])
    with serving(
        lambda asked: raw(304, b"") if "if-none-match" in asked.headers else ok(body, "text/csv", 'ETag: "7"')
    ) as at:
        reading = read_source(f"{at.url}/wti.csv", now=NOW, access=at.access)
        known = known_from(reading.observations, reading.validators)
        assert set(reading.observations["source"]) == {f"{at.url}/wti.csv"}
        again = read_source(f"{at.url}/wti.csv", now=NOW, access=replace(at.access, known=known))
    assert reading.validators == {f"{at.url}/wti.csv": ('"7"', "")}
    assert (len(again.observations), again.unasked) == (0, {"wti": pd.Timestamp("2024-01-03")})


def test_a_named_source_that_does_not_answer_refuses_the_reading() -> None:
    """Another source in its place would rewrite the history it stands for."""
    with serving(raw(403, b"")) as server, pytest.raises(FetchFailed, match="was refused"):
        read_source("stooq,sample", now=NOW, access=server.access)


def test_the_network_is_not_used_by_default() -> None:
    """Access holds addresses, and reading a file never opens one."""
    assert Access().deadline_s > 0
    assert read_source("sample", now=NOW, access=Access(fred_url="http://nowhere.invalid")).repairs
