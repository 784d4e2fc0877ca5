"""A pandera schema as a Dagster type with its column schema, for every table asset the same way.

The type is checked before an IO manager runs, so a table that breaks its contract never reaches the disk.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pandera.pandas as pa
from dagster_pandera import pandera_schema_to_dagster_type


@dataclass(frozen=True)
class TableType:
    """The type of a table asset's value, and the definition metadata that shows its columns in the asset graph."""

    dagster_type: dg.DagsterType
    metadata: dict[str, Any]


def table_type(schema: pa.DataFrameSchema | type[pa.DataFrameModel]) -> TableType:
    """The Dagster type and column metadata of `schema`."""
    with warnings.catch_warnings():
        # The function is in beta since it appeared; its version is pinned and its result is tested.
        warnings.simplefilter("ignore", dg.BetaWarning)
        made = pandera_schema_to_dagster_type(schema)
    columns = made.metadata["schema"].value
    return TableType(made, {"dagster/column_schema": columns})
