"""What was known at each NYSE close, as model features, and the return that followed.

`build` turns observations into `cleaned_data`; `schema` is its contract; `audit` proves that no row
looks ahead. Nothing here fits a model or reads a file.
"""

from spx_assets.features.audit import LookAhead, look_ahead
from spx_assets.features.panel import CLOSE, build, families, feature_names, target_name
from spx_assets.features.schema import FEATURES, Feature, cleaned_data_schema, validated, with_session_index

__all__ = [
    "CLOSE",
    "FEATURES",
    "Feature",
    "LookAhead",
    "build",
    "cleaned_data_schema",
    "families",
    "feature_names",
    "look_ahead",
    "target_name",
    "validated",
    "with_session_index",
]
