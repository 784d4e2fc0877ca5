"""Drift: how far recent values have moved from those before them, and whether that is unusual for their own past.

Market features persist for months, so that any recent window differs from the years before it, and the usual bounds
of these statistics, made for independent draws, would call every quarter a drift. Each is therefore also held
against the same statistic of the windows before. Deterministic, pure, no table is named here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spx_assets.forecasting.panel import Floats

BINS = 10
# Beyond it the field speaks of a major shift (Siddiqi 2006, Credit Risk Scorecards).
MAJOR_SHIFT = 0.25
FEWEST_WINDOWS = 10
MOST_WINDOWS = 40


@dataclass(frozen=True)
class Drift:
    """Recent values against those before: the statistics, and in how many past windows they were as large.

    `psi` is the population stability index, `ks` Kolmogorov and Smirnov's largest distance of the two distribution
    functions with `ks_p`, its p-value if the values were independent draws. Of `windows` earlier windows, each held
    against what came before it, `beyond` had a psi at least as large.
    """

    n_before: int
    n_recent: int
    psi: float
    ks: float
    ks_p: float
    windows: int
    beyond: int

    @property
    def drifted(self) -> bool:
        """A major shift, larger than in every earlier window."""
        return self.windows >= FEWEST_WINDOWS and self.beyond == 0 and self.psi > MAJOR_SHIFT


def drift(before: npt.ArrayLike, recent: npt.ArrayLike) -> Drift:
    """The drift of `recent` from `before`, both in order of time; values that are not finite are left out."""
    from scipy.stats import ks_2samp  # noqa: PLC0415 - as long to import as all of this package

    past, now = _finite(before), _finite(recent)
    if len(now) == 0 or len(past) < len(now):
        return Drift(len(past), len(now), np.nan, np.nan, np.nan, 0, 0)
    moved = population_stability_index(past, now)
    earlier = [population_stability_index(past[:start], window) for start, window in _windows(past, len(now))]
    test = ks_2samp(past, now, method="asymp")
    return Drift(
        len(past),
        len(now),
        moved,
        float(test.statistic),
        float(test.pvalue),
        len(earlier),
        sum(each >= moved for each in earlier),
    )


def population_stability_index(before: Floats, recent: Floats, *, bins: int = BINS) -> float:
    """Σ (p − q) ln(p / q) over `bins` bins of equal counts in `before`, p and q the shares of both samples.

    Half an observation is added to every bin, so that an empty one has a finite weight. Two samples of n and m from
    one distribution give about (bins − 1)(1/n + 1/m) (Yurdakul and Naranjo 2020, Journal of Risk Model Validation 14).
    """
    edges = np.unique(np.quantile(before, np.linspace(0, 1, bins + 1)[1:-1]))
    shares = []
    for sample in (before, recent):
        counts = np.bincount(np.searchsorted(edges, sample, side="left"), minlength=len(edges) + 1) + 0.5
        shares.append(counts / counts.sum())
    old, new = shares
    return float(np.sum((new - old) * np.log(new / old)))


def _windows(past: Floats, length: int) -> list[tuple[int, Floats]]:
    """The last windows of `past` that have at least as much before them, each with where it starts."""
    starts = range(len(past) - length, length - 1, -length)
    return [(start, past[start : start + length]) for start in starts[:MOST_WINDOWS]]


def _finite(values: npt.ArrayLike) -> Floats:
    given = np.asarray(values, dtype=np.float64)
    return given[np.isfinite(given)]
