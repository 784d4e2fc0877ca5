"""The contract of `cleaned_data`: every feature with its unit, plausible range and meaning.

Ranges are wide enough for 1928 to today's extremes and narrow enough to catch a wrong unit. The
pandera schema is made from this table; columns that are off are absent, unknown columns are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from spx_assets.errors import SchemaRefused


@dataclass(frozen=True)
class Feature:
    """One feature column: what it measures, in which unit, within which plausible bounds."""

    description: str
    unit: str
    low: float
    high: float


FEATURES: Mapping[str, Feature] = {
    "return_1": Feature("Return of the session", "log return", -0.3, 0.3),
    "return_5": Feature("Return over 5 sessions", "log return", -0.5, 0.5),
    "return_22": Feature("Return over 22 sessions", "log return", -0.7, 0.7),
    "momentum_126": Feature("Return over 126 sessions", "log return", -1.5, 1.5),
    "momentum_252": Feature("Return over 252 sessions", "log return", -1.8, 1.8),
    "distance_from_mean_50": Feature("Close against its 50-session mean", "log ratio", -0.8, 0.8),
    "distance_from_mean_200": Feature("Close against its 200-session mean", "log ratio", -1.2, 1.2),
    "drawdown_252": Feature("Close against its 252-session high", "fraction", -0.9, 0.0),
    "realized_volatility_5": Feature("Root mean squared return, 5 sessions", "log return/session", 0.0, 0.2),
    "realized_volatility_22": Feature("Root mean squared return, 22 sessions", "log return/session", 0.0, 0.15),
    "realized_volatility_66": Feature("Root mean squared return, 66 sessions", "log return/session", 0.0, 0.1),
    "downside_share_22": Feature("Share of variance from falls, 22 sessions", "fraction", 0.0, 1.0),
    "parkinson_volatility_22": Feature("High-low volatility, 22 sessions", "log return/session", 0.0, 0.15),
    "volume_ratio_22": Feature("Volume against its 22-session mean", "log ratio", -5.0, 5.0),
    "vix_level": Feature("VIX, last known close", "% per year", 5.0, 150.0),
    "vix_change_1": Feature("Change of the VIX over one session", "percentage points", -60.0, 60.0),
    "vix_change_5": Feature("Change of the VIX over five sessions", "percentage points", -90.0, 90.0),
    "vix_zscore_63": Feature("VIX against its last 63 sessions", "standard deviations", -8.0, 8.0),
    "variance_risk_premium": Feature("VIX squared less realised variance", "variance/year", -3.0, 2.0),
    "vix_term_structure": Feature("VIX over three months against one", "log ratio", -1.5, 1.5),
    "default_spread": Feature("Moody's Baa less Aaa yield", "percentage points", 0.0, 8.0),
    "default_spread_change_3m": Feature("Its change over three months", "percentage points", -5.0, 5.0),
    "term_spread": Feature("Treasury, ten years less three months", "percentage points", -10.0, 10.0),
    "term_spread_change_66": Feature("Its change over 66 sessions", "percentage points", -15.0, 15.0),
    "unemployment_gap": Feature("Unemployment, three-month mean above its year's low", "percentage points", -5.0, 15.0),
    "initial_claims_change_13": Feature("Initial claims over thirteen weeks", "log ratio", -4.0, 4.0),
    "core_inflation_yoy": Feature("Core CPI over twelve months", "%", -5.0, 20.0),
    "core_inflation_momentum": Feature("Three months annualised less twelve", "percentage points", -20.0, 20.0),
    "oil_return_22": Feature("WTI over 22 sessions, against its mean", "fraction", -5.0, 5.0),
    "oil_volatility_22": Feature("Volatility of WTI, 22 sessions", "fraction/session", 0.0, 3.0),
    "weekend_ahead": Feature("The session is a Friday or later", "0 or 1", 0.0, 1.0),
    "turn_of_month": Feature("Next weekday is a month's last or first three", "0 or 1", 0.0, 1.0),
    "winter_half": Feature("November to April", "0 or 1", 0.0, 1.0),
}

# A target is the log return over up to a year of sessions.
TARGET_PATTERN = r"^target_\d+$"
TARGET_BOUND = 2.5
# So is the mean of such returns; a horizon longer than the history before the first row has none yet.
MEAN_PATTERN = r"^historical_mean_\d+$"
_KNOWN_AT_THE_ENDS = pa.Check(
    lambda column: bool(column.iloc[[0, -1]].notna().all()) if len(column) else True,
    name="known_in_the_first_and_the_last_row",
    ignore_na=False,
)


def cleaned_data_schema() -> pa.DataFrameSchema:
    """The pandera schema of `cleaned_data`: one row per session in order, features in range where they are known.

    The sample begins where all are known, and the last row is the one to forecast from.
    """
    features = {
        name: pa.Column(
            float,
            [pa.Check.in_range(feature.low, feature.high), _KNOWN_AT_THE_ENDS],
            nullable=True,
            required=False,
            description=f"{feature.description} [{feature.unit}]",
        )
        for name, feature in FEATURES.items()
    }
    target = pa.Column(
        float,
        pa.Check.in_range(-TARGET_BOUND, TARGET_BOUND),
        nullable=True,
        regex=True,
        description="Log return over the next h sessions; missing until it is known",
    )
    mean = pa.Column(
        float,
        pa.Check.in_range(-TARGET_BOUND, TARGET_BOUND),
        nullable=True,
        regex=True,
        required=False,
        description="Mean of all returns over h sessions known at the session, from the first close on",
    )
    return pa.DataFrameSchema(
        {
            "session": pa.Column(
                "datetime64[ns]", unique=True, description="NYSE session; the decision falls at its close"
            ),
            **features,
            TARGET_PATTERN: target,
            MEAN_PATTERN: mean,
        },
        checks=pa.Check(lambda table: table["session"].is_monotonic_increasing, name="sessions_in_order"),
        strict=True,
        name="CleanedData",
        title="cleaned_data",
        description="What was known at each NYSE close, and the return that followed.",
    )


def validated(cleaned: pd.DataFrame) -> pd.DataFrame:
    """The same table once it keeps its contract.

    Raises:
        SchemaRefused: with every failing column and value.

    """
    try:
        return cleaned_data_schema().validate(cleaned, lazy=True)
    except pa.errors.SchemaErrors as broken:
        raise SchemaRefused(
            "cleaned_data breaks its contract",
            evidence=broken.failure_cases[["column", "check", "failure_case", "index"]].head(10).to_string(index=False),
            way_out="Look at the observations behind these sessions: `spx export raw_market --format csv`.",
        ) from broken


def with_session_index(cleaned: pd.DataFrame) -> pd.DataFrame:
    """`cleaned_data` as `build` returns it, from a stored table that carries the session as a column only."""
    return cleaned.set_axis(pd.DatetimeIndex(cleaned["session"].to_numpy()), axis="index")
