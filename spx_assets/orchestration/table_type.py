"""A pandera schema as a Dagster type with its column schema, for every table asset the same way.

The type is checked before an IO manager runs, so a table that breaks its contract never reaches the disk.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pandas as pd
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

    written = made.metadata["schema"]
    assert isinstance(written, dg.TableSchemaMetadataValue)  # what the library promises
    columns = _readable(written.schema)
    metadata: dict[str, Any] = {**made.metadata, "schema": columns}
    accepting = dg.DagsterType(check, name=made.unique_name, description=made.description, metadata=metadata)
    return TableType(accepting, {"dagster/column_schema": columns})


def _readable(schema: dg.TableSchema) -> dg.TableSchema:
    """The schema with columns that a pattern names, such as one per horizon, under a name that a person reads."""
    return dg.TableSchema(
        [
            dg.TableColumn(_name(column.name), column.type, column.description, column.constraints)
            for column in schema.columns
        ],
        constraints=schema.constraints,
    )


def _name(pattern: str) -> str:
    r"""`^lower_[\d.]+$` → "lower_…"; a plain name as it is."""
    return re.sub(r"\[[^]]*\][+*]?|\(.*?\)[+*]?|\\d[+*]?|\.[+*]", "…", pattern.removeprefix("^").removesuffix("$"))


def actual_columns(schema: dg.TableSchema, table: pd.DataFrame) -> dg.TableSchema:
    """The columns that a table has, each described as the schema does, its pattern included."""
    known = {column.name: column for column in schema.columns}
    found = []
    for name in map(str, table.columns):
        stem = name.rstrip("0123456789.")
        column = known.get(name) or known.get(f"{stem}…")
        described = (column.description, column.constraints) if column else (None, None)
        found.append(dg.TableColumn(name, str(table[name].dtype), *described))
    return dg.TableSchema(found, constraints=schema.constraints)
