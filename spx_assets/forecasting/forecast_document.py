"""`next_forecast` as one JSON document: what a service answers without reading a table.

The same numbers as the table, bit for bit, with the intervals of each horizon as a list. What the forecasts are and
where they come from stands in `forecast`.
"""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd

from spx_assets.market.calendar import LAST_SATURDAY_SESSION, weekdays_closed


def forecast_document(table: pd.DataFrame) -> bytes:
    """The document of a `NextForecast` table: equal tables give equal bytes, NaN is null.

    `closures` are the weekdays after the origin without a session: a service counts the sessions since with them alone.
    They are null where Saturday sessions follow as well.
    """
    first = table.iloc[0]
    document = {
        "origin": _day(first["origin"]),
        "model_version": str(first["model_version"]),
        "data_version": str(first["data_version"]),
        "closures": _closures(first["origin"]),
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


def _closures(origin: pd.Timestamp) -> list[str] | None:
    has_saturdays = origin < LAST_SATURDAY_SESSION
    return None if has_saturdays else [day.isoformat() for day in weekdays_closed(origin.date())]


def _day(session: pd.Timestamp) -> str:
    return session.date().isoformat()


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
