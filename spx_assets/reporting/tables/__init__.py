"""The report's tables, from findings to cells of text: units in the heads, a dash where there is no number."""

from spx_assets.reporting.tables.data import audit, data_window, features, series
from spx_assets.reporting.tables.forecasts import next_forecasts
from spx_assets.reporting.tables.intervals import interval_tests
from spx_assets.reporting.tables.origin import fitted_models, inputs, published, software
from spx_assets.reporting.tables.skill import confidence_sets, scoreboard, stability, superior_ability
from spx_assets.reporting.tables.worth import economic_value

__all__ = [
    "audit",
    "confidence_sets",
    "data_window",
    "economic_value",
    "features",
    "fitted_models",
    "inputs",
    "interval_tests",
    "next_forecasts",
    "published",
    "scoreboard",
    "series",
    "software",
    "stability",
    "superior_ability",
]
