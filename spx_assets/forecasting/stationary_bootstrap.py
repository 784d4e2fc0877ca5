"""The stationary bootstrap: resampled means of dependent rows, and how long its blocks should be.

What every resampling test and interval of this package draws from. Deterministic: equal rows, block length
and seed give equal numbers on every machine. Written here and not taken from `arch` because its loop over
replications, and its import, cost more than the evaluation they would judge; the tests hold it to `arch`.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from spx_assets.errors import UsageError
from spx_assets.forecasting.panel import Floats

REPLICATIONS = 1_000
NUMBERS_AT_ONCE = 4_000_000  # memory: rows × replications drawn in one piece

Rows = npt.NDArray[np.intp]


def resampled_rows(n: int, replications: int, *, block: float, random: np.random.Generator) -> Rows:
    """Row numbers (replications, n) of Politis and Romano's (1994, JASA 89) stationary bootstrap.

    Each row follows its predecessor, the first after the last, except with probability 1/block, when a row
    is drawn anew: block lengths are geometric with mean `block`, and the resampled series is stationary.
    """
    if not (n >= 1 and replications >= 1 and block >= 1):
        raise UsageError(
            "A bootstrap needs rows, replications and blocks of at least one row",
            evidence=f"{n} rows, {replications} replications, blocks of {block:g}",
        )
    begins = random.random((replications, n)) < 1 / block
    begins[:, 0] = True
    drawn = random.integers(n, size=(replications, n))
    place = np.arange(n)
    first = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
    return np.asarray((np.take_along_axis(drawn, first, axis=1) + place - first) % n)


def bootstrapped_means(values: Floats, *, block: float, replications: int = REPLICATIONS, seed: int = 0) -> Floats:
    """Means (replications, k) of the k columns of `values` (n, k), the same rows resampled in every column."""
    n = len(values)
    random = np.random.default_rng(seed)
    size = max(NUMBERS_AT_ONCE // max(n, 1), 1)
    parts = []
    for start in range(0, replications, size):
        rows = resampled_rows(n, min(size, replications - start), block=block, random=random)
        # How often each row was drawn, times the rows, is their sum: far less memory than the resampled rows.
        flat = (rows + n * np.arange(len(rows))[:, None]).ravel()
        drawn = np.bincount(flat, minlength=rows.size).reshape(rows.shape)
        parts.append(drawn @ values / n)
    return np.concatenate(parts)


def optimal_block_length(values: npt.ArrayLike) -> float:
    """Mean block length that lets the stationary bootstrap estimate the variance of a mean best; at least 1.

    (2 G² n / D)^(1/3) with G = Σ λ(k/M)|k|γ_k and D = 2 (Σ λ(k/M) γ_k)², over |k| ≤ M, λ the flat-top window:
    Politis and White (2004, Econometric Reviews 23) as corrected by Patton, Politis and White (2009,
    Econometric Reviews 28). M is twice the first lag after which K = max(5, √log₁₀ n) autocorrelations in a row
    lie within 2√(log₁₀ n / n) of zero; the length is at most ⌈min(3√n, n/3)⌉.
    """
    series = np.asarray(values, dtype=np.float64)
    n = len(series)
    deviation = series - series.mean() if n else series
    run = max(5, math.ceil(math.sqrt(math.log10(n)))) if n > 1 else 5
    furthest = math.ceil(math.sqrt(n)) + run
    if n <= furthest + 1 or not np.any(deviation):
        return 1.0
    covariance = np.array([deviation[: n - k] @ deviation[k:] for k in range(furthest + 1)]) / n
    small = np.abs(covariance[1:] / covariance[0]) < 2 * math.sqrt(math.log10(n) / n)
    runs = np.flatnonzero(np.lib.stride_tricks.sliding_window_view(small, run).all(axis=1))
    last = int(runs[0]) if len(runs) else furthest
    lag = np.arange(1, min(2 * max(last, 1), furthest) + 1)
    weight = np.clip(2 * (1 - lag / lag[-1]), 0, 1)
    slope = 2 * np.sum(weight * lag * covariance[lag])
    spectrum = covariance[0] + 2 * np.sum(weight * covariance[lag])
    if spectrum == 0:
        return float(math.ceil(min(3 * math.sqrt(n), n / 3)))
    length = (slope**2 / spectrum**2 * n) ** (1 / 3)
    return float(np.clip(length, 1, math.ceil(min(3 * math.sqrt(n), n / 3))))


def long_run_variance(values: Floats, *, block: float) -> Floats:
    """Variance of √n times the resampled mean of each column of `values` (n, k), without resampling.

    γ₀ + 2 Σ κ(i) γ_i with κ(i) = (1 − i/n)(1 − 1/block)^i + (i/n)(1 − 1/block)^(n − i): Politis and Romano
    (1994), the estimator with which Hansen (2005, JBES 23) studentises.
    """
    n = len(values)
    deviation = values - values.mean(axis=0)
    spectrum = np.fft.rfft(deviation, 2 * n, axis=0)
    covariance = np.fft.irfft(spectrum * spectrum.conj(), 2 * n, axis=0)[:n] / n
    lag = np.arange(1, n)
    stay = 1 - 1 / block
    weight = (1 - lag / n) * stay**lag + lag / n * stay ** (n - lag)
    return np.asarray(np.maximum(covariance[0] + 2 * weight @ covariance[1:], 0.0))
