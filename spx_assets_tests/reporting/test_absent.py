"""What is missing is a sentence where the finding would stand, never a crash."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from spx_assets import market, reporting
from spx_assets.forecasting import WALK_FORWARD_DTYPES
from spx_assets.reporting.absent import Absent


def _no_forecasts() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in WALK_FORWARD_DTYPES.items()})


def test_a_report_of_nothing_says_what_is_missing(cleaned: pd.DataFrame) -> None:
    """Every part that cannot be made is a full sentence, and the document is made all the same."""
    found = reporting.findings(market.no_observations(), cleaned.head(0), _no_forecasts(), {})
    absent = [part for part in vars(found).values() if isinstance(part, Absent)]

    assert len(absent) >= 5
    assert all(part.sentence.endswith(".") for part in absent)
    assert reporting.report(found).pdf.startswith(b"%PDF")


def test_an_absence_is_a_value() -> None:
    """Equal sentences are equal, and nothing changes one."""
    assert Absent("No VIX.") == Absent("No VIX.")
    with pytest.raises(dataclasses.FrozenInstanceError):
        Absent("No VIX.").sentence = "VIX."  # type: ignore[misc]  # the point of the test
