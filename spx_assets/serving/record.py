"""`GET /v1/track-record`: the ledger's newest forecasts with what came of them, and the score of all so far.

Plain arithmetic over the ledger's rows; the tests of skill and drift are in the asset `track_record`. Of several
forecasts of one origin and horizon the first is scored.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from spx_assets.errors import SpxError
from spx_assets.home import open_ledger
from spx_assets.serving import conditional
from spx_assets.serving.health import service_of
from spx_assets.serving.messages import TrackRecord
from spx_assets.serving.problems import unavailable
from spx_assets.settings import Settings
from spx_assets.store.ledger_row import LedgerRow

MOST_ROWS = 1000

router = APIRouter(prefix="/v1", tags=["v1"])


@router.get("/track-record", response_model=TrackRecord)
async def track_record(
    request: Request,
    horizon: Annotated[
        int | None, Query(description="Sessions ahead; all horizons when left out.", ge=1, le=252)
    ] = None,
    limit: Annotated[int, Query(description="Newest forecasts shown.", ge=1, le=MOST_ROWS)] = 100,
) -> Response:
    """Every forecast that was made, newest last, with the return that followed, and the running score by horizon."""
    try:
        rows = await asyncio.to_thread(_rows, service_of(request).settings, horizon)
    except SpxError as error:
        raise unavailable("The forecast ledger cannot be read now.", way_out="`spx doctor` looks at it.") from error
    horizons = sorted({row.horizon for row in rows})
    document = {
        "scores": [score([row for row in rows if row.horizon == each]) for each in horizons],
        "forecasts": [row.record() for row in rows[-limit:]],
    }
    etag = hashlib.sha256(json.dumps(document).encode()).hexdigest()[:16]
    return conditional.answer(request.headers, document, etag=etag, modified=_changed_at(rows))


def _rows(settings: Settings, horizon: int | None) -> list[LedgerRow]:
    known = settings.ledger_url is not None or settings.ledger_file.exists()
    return open_ledger(settings).rows(horizon) if known else []


def _changed_at(rows: Sequence[LedgerRow]) -> datetime:
    """When a row was last written or filled."""
    instants = [at for row in rows for at in (row.made_at, row.realised_at) if at is not None]
    return max(instants, default=datetime.fromtimestamp(0, UTC))


def score(rows: Sequence[LedgerRow]) -> dict[str, Any]:
    """The score of one horizon's forecasts, oldest first; fractions, null where nothing is known yet."""
    first = list({row.origin: row for row in reversed(rows)}.values())
    known = [(row, row.realised) for row in first if row.realised is not None]
    ours = sum((y - row.forecast) ** 2 for row, y in known)
    mean = sum((y - row.benchmark) ** 2 for row, y in known)
    return {
        "horizon": rows[0].horizon,
        "n": len(known),
        "pending": len(first) - len(known),
        "r2_os": 1 - ours / mean if mean > 0 else None,
        "hit_rate": _share([(row.forecast > 0) == (y > 0) for row, y in known]),
        "coverage": [
            {"level": level, "n": len(inside), "coverage": _share(inside)}
            for level in sorted({level for row in first for level in row.lower})
            for inside in [_inside(known, level)]
        ],
    }


def _inside(known: Sequence[tuple[LedgerRow, float]], level: float) -> list[bool]:
    bounds = [(row.lower.get(level), y, row.upper.get(level)) for row, y in known]
    return [low <= y <= high for low, y, high in bounds if low is not None and high is not None]


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None
