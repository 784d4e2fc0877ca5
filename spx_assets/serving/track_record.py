"""The ledger's forecasts as `/v1/track-record` answers them: the rows, and a running score per horizon.

Scores are over the forecasts whose return is known, against the historical mean that was known when each was made.
Where there is no such forecast yet the score says so, and holds no figure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from spx_assets.home import open_ledger
from spx_assets.settings import Settings
from spx_assets.store.ledger_row import LedgerRow

JUDGED_LEVEL = 0.9


def ledger_rows(settings: Settings, horizon: int | None) -> list[LedgerRow]:
    """The rows of the ledger, oldest first; none where no forecast was ever written. Nothing is made by asking."""
    is_own_file = settings.ledger_url is None or settings.as_of is not None
    if is_own_file and not settings.ledger_file.exists():
        return []
    return open_ledger(settings).rows(horizon)


def document(rows: Sequence[LedgerRow], limit: int) -> dict[str, Any]:
    """The scores over all rows, and the newest `limit` of them."""
    horizons = sorted({row.horizon for row in rows})
    return {
        "forecasts": len(rows),
        "realised": sum(row.realised is not None for row in rows),
        "scores": [score(horizon, [row for row in rows if row.horizon == horizon]) for horizon in horizons],
        "rows": [row.record() for row in rows[-limit:]],
    }


def changed_at(rows: Sequence[LedgerRow]) -> datetime:
    """When a row was last written or filled; the beginning of time for none."""
    instants = [at for row in rows for at in (row.made_at, row.realised_at) if at is not None]
    return max(instants, default=datetime.fromtimestamp(0, UTC))


def score(horizon: int, rows: Sequence[LedgerRow]) -> dict[str, Any]:
    """R²_OS = 1 − Σ(r − f)² / Σ(r − b)², root mean squared errors, hit rate and coverage of the 90 % interval."""
    known = [(row, row.realised) for row in rows if row.realised is not None]
    figures: dict[str, Any] = dict.fromkeys(("r2_os", "rmse", "benchmark_rmse", "hit_rate", "coverage_90"))
    if not known:
        statement = f"{len(rows)} forecasts, and the outcome of none is known yet."
        return {"horizon": horizon, "realised": 0, **figures, "statement": statement}
    errors = math.fsum((realised - row.forecast) ** 2 for row, realised in known)
    benchmark = math.fsum((realised - row.benchmark) ** 2 for row, realised in known)
    figures["r2_os"] = 1 - errors / benchmark if benchmark else None
    figures["rmse"] = math.sqrt(errors / len(known))
    figures["benchmark_rmse"] = math.sqrt(benchmark / len(known))
    figures["hit_rate"] = sum((row.forecast > 0) == (realised > 0) for row, realised in known) / len(known)
    figures["coverage_90"] = _coverage(known)
    statement = f"{len(known)} of {len(rows)} outcomes are known; over few of them these figures are mostly chance."
    return {"horizon": horizon, "realised": len(known), **figures, "statement": statement}


def _coverage(known: Sequence[tuple[LedgerRow, float]]) -> float | None:
    held = []
    for row, realised in known:
        lower, upper = row.lower.get(JUDGED_LEVEL), row.upper.get(JUDGED_LEVEL)
        if lower is not None and upper is not None:
            held.append(lower <= realised <= upper)
    return sum(held) / len(held) if held else None
