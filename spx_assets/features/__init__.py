"""What was known at each NYSE close, as model features, and the return that followed.

`build` turns observations into `cleaned_data`; `schema` is its contract; `audit` proves that no row
looks ahead. Nothing here fits a model or reads a file.
"""

from spx_assets.features.audit import LookAhead, look_ahead
from spx_assets.features.families import CLOSE, FAMILIES, OPTIONAL
from spx_assets.features.outcomes import first_known_returns
from spx_assets.features.panel import (
    Assembly,
    assemble,
    build,
    complete_rows,
    feature_names,
    mean_name,
    target_name,
)
from spx_assets.features.schema import FEATURES, Feature, cleaned_data_schema, validated, with_session_index

__all__ = [
    "CLOSE",
    "FAMILIES",
    "FEATURES",
    "OPTIONAL",
    "Assembly",
    "Feature",
    "LookAhead",
    "assemble",
    "build",
    "cleaned_data_schema",
    "complete_rows",
    "feature_names",
    "first_known_returns",
    "look_ahead",
    "mean_name",
    "target_name",
    "validated",
    "with_session_index",
]
