"""The look-ahead audit finds planted leaks and nothing in the shipped pipeline."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from spx_assets import features


def test_the_shipped_pipeline_does_not_look_ahead(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """No sampled cell changes when the future is removed."""
    assert features.look_ahead(observations, cleaned) == ()


LEAKS: dict[str, tuple[str, Callable[[pd.DataFrame], pd.Series]]] = {
    "shifted by one": ("return_1", lambda table: table["return_1"].shift(-1, fill_value=0.0)),
    "centred window": ("return_5", lambda table: table["return_1"].rolling(5, center=True, min_periods=1).sum()),
    "full-sample z-score": ("vix_level", lambda table: table["vix_level"] - table["vix_level"].mean() + 15),
    "same-day VIX": ("vix_level", lambda table: table["vix_level"].shift(-1).ffill()),
    "back-filled month": ("default_spread", lambda table: table["default_spread"].shift(-15).ffill()),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_planted_leaks_are_found(observations: pd.DataFrame, cleaned: pd.DataFrame, leak: str) -> None:
    """Every kind of leak is named by column."""
    column, plant = LEAKS[leak]
    leaking = cleaned.assign(**{column: plant(cleaned)})

    found = features.look_ahead(observations, leaking, sessions=cleaned.index[100:1100:50])

    assert {column} == {cell.feature for cell in found}
