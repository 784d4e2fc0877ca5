"""FRED through production code: downloads without a key, vintages with one, and only what is missing."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from spx_assets.errors import FetchFailed, NotFound
from spx_assets.market import Access, as_of, known_from, merge, read_source
from spx_assets.market.observation import validated
from spx_assets.market.reading import no_observations
from spx_assets.market.sources import fred
from spx_assets_tests.market.documents import NOW, SHARED, as_bytes, fred_csv, values_of
from spx_assets_tests.market.hostile import Asked, Reply, ok, raw, serving
from spx_assets_tests.market.recorded import RECORDED_BY, replies

recorded = pytest.mark.skipif(not SHARED.exists(), reason="the recorded payloads are not beside the repository")


def downloads(**bodies: bytes) -> object:
    """A server of CSV downloads by id; 404 for all others."""

    def rule(asked: Asked) -> Reply:
        body = bodies.get(asked.query["id"])
        return raw(404, b"") if body is None else ok(body)

    return rule


@recorded
def test_the_recorded_downloads() -> None:
    """Eleven series are read whole, their empty fields counted; those that were not recorded are said."""
    with serving(replies, deadline_s=30) as server:
        reading = read_source("fred", now=RECORDED_BY, access=server.access)
    counts = validated(reading.observations)["series"].value_counts().to_dict()
    assert counts == {
        "treasury_10y": 16_129,
        "treasury_2y": 5_287,
        "treasury_30y": 5_287,
        "treasury_3m": 5_287,
        "treasury_5y": 5_287,
        "spx_close": 2_514,
        "term_spread_10y_2y": 12_538,
        "term_spread_10y_3m": 11_147,
        "vix_close": 9_241,
        "fed_assets": 1_233,
        "baa_spread": 10_144,
    }
    assert len([repair for repair in reading.repairs if "is not there" in repair]) == 11
    assert f"{server.url}/graph/fredgraph.csv?id=DGS10" in reading.sources


@pytest.mark.parametrize(("header", "missing"), [("DATE", "."), ("observation_date", "")])
def test_a_point_and_an_empty_field_are_missing_values(header: str, missing: str) -> None:
    """Both spellings FRED has had; holidays are rows without a value."""
    with serving(downloads(DGS10=fred_csv(header=header, missing=missing))) as server:
        reading = read_source("fred", now=NOW, access=server.access)
    assert len(values_of(reading, "treasury_10y")) == 9
    assert any("1 missing values of treasury_10y skipped" in repair for repair in reading.repairs)


def test_only_what_is_missing_is_asked_for() -> None:
    """A daily series from thirty days before its newest date held, a monthly one whole: its past is revised."""
    cpi = as_bytes(["observation_date,CPIAUCSL", "2024-03-01,312.1", "2024-04-01,313.0"])
    with serving(downloads(DGS10=fred_csv(), CPIAUCSL=cpi)) as server:
        first = read_source("fred", now=NOW, access=server.access)
        server.asked.clear()
        access = replace(server.access, known=known_from(first.observations))
        again = read_source("fred", now=NOW, access=access)
    asked_from = {asked.query["id"]: asked.query.get("cosd") for asked in server.asked}
    assert (asked_from["DGS10"], asked_from["CPIAUCSL"], asked_from["DFF"]) == ("2023-12-13", None, None)
    assert set(again.observations["source"]) == set(first.observations["source"])
    assert set(again.unasked) == {"treasury_10y"}


def test_an_unknown_address_is_not_found() -> None:
    """Every series answers 404."""
    with serving(downloads()) as server, pytest.raises(NotFound, match="fred has none of its series"):
        read_source("fred", now=NOW, access=server.access)


def with_key(access: Access, **changes: object) -> Access:
    """The same access, with a key."""
    return replace(access, fred_api_key="key", **changes)  # type: ignore[arg-type]  # fields by name


@recorded
def test_the_recorded_vintages() -> None:
    """With a key every vintage that ALFRED has; values it withdrew are skipped and counted."""
    with serving(replies, deadline_s=30) as server:
        reading = read_source("fred", now=RECORDED_BY, access=with_key(server.access))
    rows = validated(reading.observations)
    assert (len(rows), rows["date"].nunique(), set(rows["series"])) == (2_949, 315, {"gdp"})
    assert any("245 withdrawn values of gdp skipped" in repair for repair in reading.repairs)
    assert set(rows["source"]) == {f"{server.url}/fred/series/observations?series_id=GDP"}


@recorded
@pytest.mark.parametrize("most", [1, 7, 100, 392])
def test_vintages_asked_for_in_chunks_are_the_same(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """ALFRED gives 2,000 vintages a call; where the cuts fall changes nothing (the recorded series has 393)."""
    with serving(replies, deadline_s=30) as server:
        whole = read_source("fred", now=RECORDED_BY, access=with_key(server.access)).observations
        server.asked.clear()
        monkeypatch.setattr(fred, "MAX_VINTAGES", most)
        if most == 1:
            monkeypatch.setattr(fred, "MAX_VINTAGES", 20)
            monkeypatch.setattr(fred, "_MAX_RECORDS", 100)
        access = with_key(server.access, deadline_s=60)
        in_chunks = read_source("fred", now=RECORDED_BY, access=access).observations
    pd.testing.assert_frame_equal(whole, in_chunks)
    requests = [asked for asked in server.asked if asked.path.endswith("observations")]
    assert len(requests) >= 393 / max(most, 20)


@recorded
def test_only_new_vintages_are_asked_for() -> None:
    """Nothing where there is none; else from the first one that is missing."""
    with serving(replies, deadline_s=30) as server:
        access = with_key(server.access)
        whole = read_source("fred", now=RECORDED_BY, access=access).observations
        held = as_of(whole, pd.Timestamp("2024-09-01", tz="UTC"))
        server.asked.clear()
        again = read_source("fred", now=RECORDED_BY, access=replace(access, known=known_from(whole)))
        later = read_source("fred", now=RECORDED_BY, access=replace(access, known=known_from(held)))
    asked = [asked.query for asked in server.asked if asked.path.endswith("observations")]
    assert len(again.observations) == 0
    assert [(query["realtime_start"], query["realtime_end"]) for query in asked] == [("2024-09-26", "2024-10-30")]
    known = whole[whole["known_at"] <= pd.Timestamp("2024-09-01", tz="UTC")]
    merged = merge(known, later.observations, seen_at=RECORDED_BY)
    pd.testing.assert_frame_equal(whole, merged.observations)


def test_no_call_asks_for_more_than_two_thousand_vintages() -> None:
    """4,500 business days of vintages: FRED would refuse them in one call, and gives them in three."""
    days = [f"{day:%Y-%m-%d}" for day in pd.bdate_range("2006-01-03", periods=4_500)]

    def rule(asked: Asked) -> Reply:
        if asked.query["series_id"] != "DGS10":
            return raw(404, b"")
        if asked.path.endswith("vintagedates"):
            offset = int(asked.query["offset"])
            page = days[offset : offset + 2_500]  # a page smaller than was asked for
            return ok(json.dumps({"count": len(days), "vintage_dates": page}).encode(), "application/json")
        first, last = asked.query["realtime_start"], asked.query["realtime_end"]
        within = [place for place, day in enumerate(days) if first <= day <= last]
        if len(within) > 2_000:
            refusal = {"error_message": "Bad Request. There are too many vintage dates."}
            return raw(400, json.dumps(refusal).encode(), "Content-Length: 999")
        # The value of each day is published on the next.
        found = [
            {"date": days[place - 1], "realtime_start": days[place], "value": f"4.{place % 100:02d}"}
            for place in within
            if place
        ]
        body = {"units": "lin", "output_type": 1, "count": len(found), "observations": found}
        return ok(json.dumps(body).encode(), "application/json")

    with serving(rule, deadline_s=30) as server:
        observations = read_source("fred", now=RECORDED_BY, access=with_key(server.access)).observations
    calls = [asked.path.rsplit("/", 1)[1] for asked in server.asked if asked.query["series_id"] == "DGS10"]
    assert calls == ["vintagedates"] * 2 + ["observations"] * 3
    assert len(observations) == 4_499
    published = observations["known_at"].dt.tz_convert("America/New_York")
    assert [f"{day:%F}" for day in published[:3]] == days[1:4]


def test_a_refused_key_is_said_and_not_shown() -> None:
    """In FRED's own words."""
    with serving(replies, deadline_s=30) as server, pytest.raises(FetchFailed) as failed:
        read_source("fred", now=NOW, access=replace(server.access, fred_api_key="s3cret"))
    assert "api_key is not registered" in str(failed.value) or "HTTP 40" in str(failed.value)
    assert "s3cret" not in str(failed.value)


def test_pages_that_end_early_do_not_go_on_for_ever() -> None:
    """A count that no page reaches."""
    empty = json.dumps({"count": 5, "vintage_dates": []}).encode()
    with serving(ok(empty, "application/json")) as server, pytest.raises(FetchFailed, match="less than it counts"):
        read_source("fred", now=NOW, access=with_key(server.access))


def test_two_vintages_of_a_download_give_both_values() -> None:
    """Replay: the value as first read, and the revision as it was seen; each stands at its own time."""
    before = as_bytes(["observation_date,CPIAUCSL", "2024-03-01,312.2", "2024-04-01,313.0"])
    after = as_bytes(["observation_date,CPIAUCSL", "2024-03-01,312.1", "2024-04-01,313.0", "2024-05-01,313.2"])
    first_seen, then_seen = pd.Timestamp("2024-06-01", tz="UTC"), pd.Timestamp("2024-07-02", tz="UTC")
    held = no_observations()
    for body, now in ((before, first_seen), (after, then_seen)):
        with serving(downloads(CPIAUCSL=body)) as server:
            reading = read_source("fred", now=now, access=server.access)
        held = merge(held, reading.observations, seen_at=now).observations
    march = pd.Timestamp("2024-03-01")
    seen = [as_of(held, at).set_index("date").loc[march, "value"] for at in (first_seen, then_seen)]
    assert seen == [312.2, 312.1]
    assert len(held) == 4
