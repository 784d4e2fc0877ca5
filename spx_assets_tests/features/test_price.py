"""Features of the close, against their definitions."""

from __future__ import annotations

import numpy as np
import pandas as pd


def test_returns_momentum_and_drawdown_by_definition(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """One row recomputed by hand from the closes."""
    close = observations[observations["series"] == "spx_close"].set_index("date")["value"]
    session = cleaned.index[500]
    past = close[:session].to_numpy()

    expected = {
        "return_1": np.log(past[-1] / past[-2]),
        "return_22": np.log(past[-1] / past[-23]),
        "momentum_252": np.log(past[-1] / past[-253]),
        "distance_from_mean_200": np.log(past[-1] / past[-200:].mean()),
        "drawdown_252": past[-1] / past[-252:].max() - 1.0,
    }

    actual = cleaned.loc[session, list(expected)].astype(float)
    np.testing.assert_allclose(list(expected.values()), actual.to_numpy(), rtol=1e-10)


def test_volume_is_measured_against_its_own_mean(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """log(volume / mean of 22 sessions)."""
    volume = observations[observations["series"] == "spx_volume"].set_index("date")["value"]
    session = cleaned.index[300]
    past = volume[:session].to_numpy()

    assert np.isclose(np.log(past[-1] / past[-22:].mean()), cleaned.loc[session, "volume_ratio_22"], rtol=1e-10)
