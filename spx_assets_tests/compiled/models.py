"""Compiled models made by hand, small enough to check by eye."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from spx_assets.compiled import CompiledModel, Linear, Trees
from spx_assets.compiled.model import Volatility

ROWS = np.array([[1.0, 2.0, 20.0], [0.0, -1.0, 35.0], [0.5, 4.0, 12.0]])


def line(*, folded: bool = True) -> Linear:
    """0.01 + 0.002 (x₀ − 1)/2 − 0.003 (x₁ − 1)/4."""
    mean, scale = np.array([1.0, 1.0, 20.0]), np.array([2.0, 4.0, 8.0])
    return Linear(mean, scale, np.array([0.002, -0.003, 0.0]), 0.01, folded)


def stumps(*, single: bool = False) -> Trees:
    """Half of (x₀ ≤ 0.5 ? 1 : 2) + (x₁ ≤ 0 ? 10 : 20): two trees of three nodes."""
    return Trees(
        mean=np.zeros(3),
        scale=np.ones(3),
        feature=np.array([0, -1, -1, 1, -1, -1], dtype=np.int32),
        threshold=np.array([0.5, 0, 0, 0, 0, 0]),
        left=np.array([1, 1, 2, 4, 4, 5], dtype=np.int32),
        right=np.array([2, 1, 2, 5, 4, 5], dtype=np.int32),
        value=np.array([0.0, 1, 2, 0, 10, 20]),
        roots=np.array([0, 3], dtype=np.int32),
        baseline=0.0,
        divisor=2.0,
        single=single,
    )


def model(form: Linear | Trees | None = None) -> CompiledModel:
    """A model of five sessions ahead over three features, of which the last is the implied volatility."""
    made = CompiledModel(
        horizon=5,
        name="ols",
        features=("momentum", "term_spread", "vix_level"),
        minima=ROWS.min(axis=0),
        maxima=ROWS.max(axis=0),
        score_quantiles={0.5: 0.7, 0.9: 1.6, 0.99: math.nan},
        volatility=Volatility(2, (100.0, math.sqrt(252)), math.sqrt(5)),
        golden_rows=ROWS,
        golden_predictions=np.zeros(3),
        form=form or line(),
    )
    return replace(made, golden_predictions=made.forecast(ROWS))
