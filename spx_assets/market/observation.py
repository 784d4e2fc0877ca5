"""The contract of `raw_market`: one row is what was known of one series for one date at one instant.

Strict and lazy: every column, dtype, key and range is judged, nothing is coerced, and all failures are
reported together. Importing this module imports pandera; readers build their frames without it.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from spx_assets.errors import SchemaRefused
from spx_assets.market.catalogue import CATALOGUE
from spx_assets.market.reading import KEY, OBSERVATION_DTYPES

__all__ = ["OBSERVATION_DTYPES", "Observation", "validated"]


class Observation(pa.DataFrameModel):
    """Tidy, append-only, bitemporal observations, keyed by (series, date, known_at)."""

    series: Series[object] = pa.Field(isin=list(CATALOGUE), description="Name of the series, one of the catalogue")
    date: Series[np.dtype("datetime64[ns]")] = pa.Field(  # type: ignore[valid-type] # pandera's spelling
        description="Session or reference period; a month is its first day"
    )
    value: Series[float] = pa.Field(description="In the catalogue's unit")
    known_at: Series[Annotated[pd.DatetimeTZDtype, "ns", "UTC"]] = pa.Field(
        description="When the market could first know this value"
    )
    source: Series[object] = pa.Field(description="URI it came from")

    class Config:
        """Unknown columns, wrong order, wrong dtypes and repeated keys are failures."""

        name = "raw_market"
        strict = True
        ordered = True
        coerce = False
        unique = KEY

    @pa.check("date", name="midnight")
    def _is_midnight(cls, date: pd.Series) -> pd.Series:  # noqa: N805  # pandera makes it a class method
        return date.eq(date.dt.normalize())

    @pa.check("value", name="finite")
    def _is_finite(cls, value: pd.Series) -> pd.Series:  # noqa: N805  # pandera makes it a class method
        return pd.Series(np.isfinite(value.to_numpy()), index=value.index)

    @pa.check("source", name="names_its_source")
    def _is_named(cls, source: pd.Series) -> pd.Series:  # noqa: N805  # pandera makes it a class method
        return source.map(lambda uri: isinstance(uri, str) and uri != "")

    @pa.dataframe_check(name="plausible")
    def _is_plausible(cls, frame: pd.DataFrame) -> pd.Series:  # noqa: N805  # pandera makes it a class method
        low = frame["series"].map({name: entry.low for name, entry in CATALOGUE.items()})
        high = frame["series"].map({name: entry.high for name, entry in CATALOGUE.items()})
        # An unknown series has no range; that it is unknown is a failure of its own.
        return frame["value"].between(low, high) | low.isna()


def validated(observations: pd.DataFrame) -> pd.DataFrame:
    """The same rows, labelled from 0, if they keep the contract; SchemaRefused with every failure if not."""
    try:
        # pandera cannot report failures of rows whose labels repeat; the labels are no part of the contract.
        return Observation.validate(observations.reset_index(drop=True), lazy=True)
    except (pa.errors.SchemaErrors, pa.errors.SchemaError) as broken:
        raise SchemaRefused(
            "The observations break their contract",
            evidence=_in_words(broken.failure_cases),
            way_out="Read them through market.read_source, or correct the rows named above.",
        ) from broken


def _in_words(failures: pd.DataFrame) -> str:
    """Each broken rule once, with how often it is broken and the first value that breaks it."""
    # pandera lists a rule about whole rows under every column; the value is what broke this one.
    failures = failures[(failures["check"] != "plausible") | (failures["column"] == "value")]
    rules = failures.groupby(["column", "check"], sort=False, dropna=False)["failure_case"].agg(["size", "first"])
    return "; ".join(
        f"{column} fails {check} {count:,} times, first with {first!r}"
        for (column, check), count, first in rules.itertuples()
    )
