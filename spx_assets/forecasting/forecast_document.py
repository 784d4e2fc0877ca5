"""`next_forecast` as one JSON document: what a service answers without reading a table.

The same numbers as the table, bit for bit, with the intervals of each horizon as a list. What the forecasts are and
where they come from stands in `forecast`.
"""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd


def forecast_document(table: pd.DataFrame) -> bytes:
    """The document of a `NextForecast` table: equal tables give equal bytes, NaN is null."""
    first = table.iloc[0]
    document = {
        "origin": _day(first["origin"]),
        "model_version": str(first["model_version"]),
        "data_version": str(first["data_version"]),
        "forecasts": [_entry(row) for row in table.to_dict("records")],
    }
    return json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False).encode()


def _entry(row: dict[Any, Any]) -> dict[str, Any]:
    levels = sorted(float(name.removeprefix("lower_")) for name in row if str(name).startswith("lower_"))
    return {
        "horizon": int(row["horizon"]),
        "target_session": _day(row["target_session"]),
        "model": str(row["model"]),
        "forecast": _number(row["forecast"]),
        "benchmark": _number(row["benchmark"]),
        "skill": bool(row["skill"]),
        "statement": str(row["statement"]),
        "intervals": [
            {
                "level": round(level / 100, 10),
                "lower": _number(row[f"lower_{level:g}"]),
                "upper": _number(row[f"upper_{level:g}"]),
            }
            for level in levels
        ],
    }


def _day(session: pd.Timestamp) -> str:
    return session.date().isoformat()


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
