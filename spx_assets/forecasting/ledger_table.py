"""The forecast ledger as a table: every forecast with what came of it, and the score to date.

The content of `track_record` and its contract. Whatever depends on when the program ran is reduced to one word:
whether a forecast was made before its outcome was known. So equal forecasts give equal tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from spx_assets.forecasting.forecast import MadeForecast
from spx_assets.forecasting.intervals import bound_names
from spx_assets.market.calendar import CLOSE, decision_times

USUAL_LEVEL = 0.9
KEY = ["origin", "horizon", "model_version"]


class TrackedForecast(MadeForecast):
    """One forecast of the ledger, with the log return that followed."""

    first: Series[bool] = pa.Field(description="The first forecast of its origin and horizon: the one that is scored.")
    in_time: Series[bool] = pa.Field(description="Made before its outcome was known.")
    realised: Series[float] = pa.Field(nullable=True, description="Log return that followed; missing while unknown.")
    realised_at: Series[pd.DatetimeTZDtype] = pa.Field(
        dtype_kwargs={"unit": "ns", "tz": "UTC"}, nullable=True, description="When it was first known."
    )
    r2_os_to_date: Series[float] = pa.Field(
        nullable=True, description="Out-of-sample R² of the scored forecasts of this horizon, up to this one."
    )

    class Config:
        """All columns, no others, one row per key."""

        strict = True
        unique: list[str] = KEY


def ledger_table(records: Iterable[Mapping[str, Any]], *, decision_time: time = CLOSE) -> pd.DataFrame:
    """The table of `TrackedForecast` from the ledger's records, in the order in which they were written.

    Sorted by origin and horizon; of several model versions the first written stands first.
    """
    table = ledger_columns(records)
    if table.empty:
        return _empty()
    table = table.sort_values(["origin", "horizon"], kind="stable", ignore_index=True)
    closes = pd.Series(decision_times(pd.DatetimeIndex(table["target_session"]), at=decision_time))
    table["in_time"] = table["made_at"] < table["realised_at"].fillna(closes)
    table["first"] = ~table.duplicated(["origin", "horizon"])
    table["r2_os_to_date"] = _r2_to_date(table)
    return table[[*_fixed(), *_bounds(table)]]


def ledger_columns(records: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The ledger's records with dates, instants and numbers as what they are; an empty table of none."""
    given = pd.DataFrame(list(records))
    if given.empty:
        return given
    days = {name: pd.to_datetime(given[name]).astype("datetime64[ns]") for name in ("origin", "target_session")}
    instants = {name: _instants(given[name]) for name in ("made_at", "realised_at")}
    numbers = {name: given[name].astype("float64") for name in ("realised", *_bounds(given))}
    return given.assign(**days, **instants, **numbers)


def scored(table: pd.DataFrame, *, in_time: bool = False) -> pd.DataFrame:
    """The forecasts that count: the first of each origin and horizon, so that nobody chooses afterwards."""
    return table[table["first"] & (table["in_time"] | (not in_time))]


def _r2_to_date(table: pd.DataFrame) -> pd.Series:
    known = scored(table)
    known = known[known["realised"].notna()]
    errors = pd.DataFrame(
        {
            "horizon": known["horizon"],
            "model": (known["realised"] - known["forecast"]) ** 2,
            "mean": (known["realised"] - known["benchmark"]) ** 2,
        }
    )
    total = errors.groupby("horizon").cumsum()
    return (1 - total["model"] / total["mean"].where(total["mean"] > 0)).reindex(table.index)


def _instants(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column, utc=True, format="ISO8601").astype("datetime64[ns, UTC]")


def _fixed() -> list[str]:
    return [name for name in TrackedForecast.to_schema().columns if not name.startswith("^")]


def _bounds(table: pd.DataFrame) -> list[str]:
    """Bound columns by level, in the order of `next_forecast`."""
    names = [str(name) for name in table if str(name).startswith(("lower_", "upper_"))]
    return sorted(names, key=lambda name: (float(name[6:]), name))


def _empty() -> pd.DataFrame:
    kinds = {
        **dict.fromkeys(("origin", "target_session"), "datetime64[ns]"),
        **dict.fromkeys(("model", "model_version", "data_version"), "object"),
        **dict.fromkeys(("first", "in_time"), "bool"),
        "horizon": "int64",
        "realised_at": "datetime64[ns, UTC]",
    }
    names = (*_fixed(), *bound_names(USUAL_LEVEL))
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "float64")) for name in names})
