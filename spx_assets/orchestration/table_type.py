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

from spx_assets.orchestration.unchanged import Kept


@dataclass(frozen=True)
class TableType:
    """The type of a table asset's value, and the definition metadata that shows its columns in the asset graph."""

    dagster_type: dg.DagsterType
    metadata: dict[str, Any]


def table_type(schema: pa.DataFrameSchema | type[pa.DataFrameModel]) -> TableType:
    """The Dagster type and column metadata of `schema`; a value that stands for an unchanged table has it, too."""
    with warnings.catch_warnings():
        # The function is in beta since it appeared; its version is pinned and its result is tested.
        warnings.simplefilter("ignore", dg.BetaWarning)
        made = pandera_schema_to_dagster_type(schema)

    def check(context: dg.TypeCheckContext, value: Any) -> dg.TypeCheck | bool:
        return isinstance(value, Kept) or made.type_check(context, value)

    accepting = dg.DagsterType(check, name=made.unique_name, description=made.description, metadata=made.metadata)
    return TableType(accepting, {"dagster/column_schema": made.metadata["schema"].value})
