"""A server that answers as the real sources did: the recorded payloads at the paths where each is asked for."""

from __future__ import annotations

import json
from functools import lru_cache

import pandas as pd

from spx_assets_tests.market.documents import SHARED
from spx_assets_tests.market.hostile import Asked, Reply, ok, raw

WIRE = SHARED / "wire"
RECORDED_BY = pd.Timestamp("2026-09-01", tz="UTC")
FRED = {
    path.name.split("_")[1]: path.name for path in sorted(WIRE.glob("fredgraph_*_newheader_*.csv")) if WIRE.exists()
}
NOT_THERE = raw(404, b"<html>Not Found</html>", "Content-Length: 22")
CBOE = {path.name.split("_")[1]: path.name for path in sorted(WIRE.glob("cboe_*.csv")) if WIRE.exists()}


@lru_cache
def payload(name: str) -> bytes:
    """The bytes of a recorded payload, taken out of its envelope."""
    data = (WIRE / name).read_bytes()
    if name.startswith("yahoo_v8"):
        document = json.loads(data)
        return json.dumps(document.get("response", {}).get("bodyJson", document)).encode()
    return data


def replies(asked: Asked) -> Reply:
    """What each source sends; 404 for what was not recorded."""
    if asked.path == "/graph/fredgraph.csv" and asked.query["id"] in FRED:
        return ok(_since(payload(FRED[asked.query["id"]]), asked.query.get("cosd", "")))
    if asked.path.startswith("/api/global/us_indices/daily_prices/"):
        return _index(asked)
    if asked.path == "/q/d/l/":
        return ok(payload("stooq_spx_d_2023-08.csv"))
    if asked.path == "/v8/finance/chart/%5EGSPC":
        return ok(payload("yahoo_v8_chart_GSPC_2024-02-29_intraday_range1d.json"), "application/json;charset=utf-8")
    if asked.path.startswith("/fred/series/") and asked.query.get("series_id") == "GDP":
        return _alfred(asked)
    return NOT_THERE


def _index(asked: Asked) -> Reply:
    index = asked.path.rsplit("/", 1)[1].split("_")[0]
    if index not in CBOE:
        return NOT_THERE
    if asked.headers.get("if-none-match") == f'"{index}"':
        return raw(304, b"")
    return ok(payload(CBOE[index]), "text/csv", f'ETag: "{index}"')


def _since(data: bytes, first: str) -> bytes:
    header, *rows = data.decode().splitlines()
    return "\n".join([header, *(row for row in rows if row[:10] >= first), ""]).encode()


def _alfred(asked: Asked) -> Reply:
    if asked.query.get("api_key") != "key":
        body = {"error_code": 400, "error_message": "Bad Request. The value for variable api_key is not registered."}
        data = json.dumps(body).encode()
        return raw(400, data, "Content-Type: application/json", f"Content-Length: {len(data)}")
    if asked.path.endswith("vintagedates"):
        return ok(payload("alfred_api_series_vintagedates_GDP.json"), "application/json")
    first, last = asked.query["realtime_start"], asked.query["realtime_end"]
    document = json.loads(payload("alfred_api_series_observations_GDP_all_vintages.json"))
    # As ALFRED does: what stood within the window, its ends cut to the window's.
    found = [
        {**row, "realtime_start": max(row["realtime_start"], first), "realtime_end": min(row["realtime_end"], last)}
        for row in document["observations"]
        if row["realtime_start"] <= last and row["realtime_end"] >= first
    ]
    offset, limit = int(asked.query["offset"]), int(asked.query["limit"])
    document |= {"count": len(found), "observations": found[offset : offset + limit]}
    return ok(json.dumps(document).encode(), "application/json")
