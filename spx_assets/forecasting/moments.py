"""Centred sums over the training windows of consecutive refits, exact enough to solve least squares from.

Neighbouring windows share most of their rows. The shared rows, the core, are factored by QR, which gives
coordinates z = (x − mean) · basis in which their scatter is well conditioned; each window then only ADDS its
own rows. Nothing is ever subtracted, so rolling windows lose no digits, and memory is bounded by the chunk.
A chunk that cannot be solved to full accuracy is split until the refits that cannot stand alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from spx_assets.forecasting.panel import Flags, Floats
from spx_assets.forecasting.schedule import Rows

CHUNK_BYTES = 8_000_000  # of one (rows, p, p) array; about five live at a time, so 40 MB whatever the rows
CHUNK_ROWS = 192  # more does not pay: a (192, 22, 22) array is what a second-level cache holds
QR_ROWS = 4096  # a longer core is factored in pieces of this many rows
DIGITS_LOST = 1e-8  # a column whose deviation is below this share of its mean has lost half its digits


@dataclass(frozen=True, eq=False)
class Factor:
    """Upper triangle R of the rows [1, x − shift, y]; R'R is their whole moment matrix."""

    shift: Floats
    R: Floats
    rows: int = 0

    @classmethod
    def empty(cls, X: Floats) -> Factor:
        """The factor of no rows, in coordinates centred on the mean of X."""
        return cls(X.mean(axis=0), np.zeros((0, X.shape[1] + 2)))

    def extended(self, X: Floats, y: Floats) -> Factor:
        """The factor of its rows and the given ones."""
        R = self.R
        for start in range(0, len(X), QR_ROWS):
            x = X[start : start + QR_ROWS] - self.shift
            rows = np.column_stack((np.ones(len(x)), x, y[start : start + QR_ROWS]))
            R = np.asarray(np.linalg.qr(np.vstack((R, rows)), mode="r"))
        return Factor(self.shift, R, self.rows + len(X))


@dataclass(frozen=True, eq=False)
class Core:
    """The rows all windows of a chunk share: count, means, and factors of the centred x and y."""

    rows: int
    shift: Floats  # (p,) near the mean of x: x − shift is exact to the last digit, x − mean would not be
    mean_x: Floats  # (p,) of x − shift
    mean_y: float
    Rx: Floats  # (p, p) upper triangular: Rx'Rx is the centred scatter of x
    Ry: Floats  # (p,): Rx'Ry is the centred cross product of x and y

    @classmethod
    def of(cls, factor: Factor) -> Core:
        """Read the means off the first row of the triangle and the centred factors off the rest."""
        p = len(factor.shift)
        R = np.zeros((p + 2, p + 2))
        R[: len(factor.R)] = factor.R
        means = R[0, 1:] / R[0, 0]
        Rx, Ry = R[1 : p + 1, 1 : p + 1], R[1 : p + 1, p + 1]
        return cls(factor.rows, factor.shift, means[:p], float(means[p]), Rx, Ry)

    def of_columns(self, kept: Flags) -> Core:
        """The same rows with some columns of x only."""
        Q, Rx = np.linalg.qr(self.Rx[:, kept])
        return Core(self.rows, self.shift[kept], self.mean_x[kept], self.mean_y, Rx, Q.T @ self.Ry)

    @property
    def deviation(self) -> Floats:
        """Population standard deviation of each column of x."""
        return np.asarray(np.linalg.norm(self.Rx, axis=0) / np.sqrt(self.rows))

    @property
    def remoteness(self) -> float:
        """Largest mean of a column over its deviation: how many digits of x only say where it is."""
        return float(np.max(np.abs(self.shift + self.mean_x) / self.deviation))

    def coordinates(self, X: Floats, basis: Floats) -> Floats:
        """Rows of x as z."""
        return np.asarray(((X - self.shift) - self.mean_x) @ basis)


@dataclass(frozen=True, eq=False)
class Moments:
    """For k windows, in coordinates z of the core, where its scatter has the diagonal `core.rows`."""

    refits: slice
    kept: Flags  # columns that vary; the others are constant over every window of the chunk
    core: Core  # of the kept columns
    basis: Floats  # (q, q)
    count: Floats  # (k,) rows
    mean_z: Floats  # (k, q)
    mean_y: Floats  # (k,)
    scatter: Floats  # (k, q, q) centred
    cross: Floats  # (k, q) centred
    core_scatter: Floats  # (q, q); every scatter exceeds it by a positive semi-definite matrix

    @classmethod
    def centred(
        cls, sums: Floats, core_scatter: Floats, *, refits: slice, kept: Flags, core: Core, basis: Floats
    ) -> Moments:
        """From the sums (k, q + 2, q + 2) of the outer products of [1, z, y − mean_y], which it overwrites."""
        total, count = sums[:, 0, 1:], sums[:, 0, 0]
        mean = total / count[:, None]
        products = sums[:, 1:, 1:]
        products -= total[:, :, None] * mean[:, None, :]
        return cls(
            refits=refits,
            kept=kept,
            core=core,
            basis=basis,
            count=count,
            mean_z=mean[:, :-1],
            mean_y=core.mean_y + mean[:, -1],
            scatter=products[:, :-1, :-1],
            cross=products[:, :-1, -1],
            core_scatter=core_scatter,
        )

    @property
    def spread(self) -> float:
        """Trace of the largest scatter over the core's rows: bounds its largest eigenvalue."""
        return float(np.trace(self.scatter, axis1=1, axis2=2).max() / self.core.rows)


def anchored_moments(
    panel: tuple[Floats, Floats],
    windows: tuple[Rows, Rows],
    basis: Callable[[Core], Floats | None],
    is_solvable: Callable[[Moments], bool],
) -> Iterator[Moments | int]:
    """Moments of the windows [first, stop) in order, chunk by chunk; an int is a refit that is not solvable.

    `panel` is X (n, p) and y (n,) of complete rows only. The bounds of `windows` never decrease.
    """
    (X, y), (first, stop) = panel, windows
    grown = Factor.empty(X[: max(int(stop[0]), 1)])
    pending = _chunks(first, stop, X.shape[1])[::-1]
    while pending:
        refits = pending.pop()
        core = slice(int(first[refits.stop - 1]), int(stop[refits.start]))
        moments = None
        if core.stop - core.start > 1:
            if core.start == 0:
                grown = factor = grown.extended(X[grown.rows : core.stop], y[grown.rows : core.stop])
            else:
                factor = Factor.empty(X[core]).extended(X[core], y[core])
            moments = _moments((X, y), (first[refits], stop[refits]), refits, Core.of(factor), basis)
        if moments is not None and is_solvable(moments):
            yield moments
        elif refits.stop - refits.start > 1:
            middle = (refits.start + refits.stop) // 2
            pending += [slice(middle, refits.stop), slice(refits.start, middle)]
        else:
            yield refits.start


def _chunks(first: Rows, stop: Rows, p: int) -> list[slice]:
    """Consecutive refits whose windows differ by at most half the first one, and fit in CHUNK_BYTES."""
    cap = int(np.clip(CHUNK_BYTES // (8 * (p + 2) ** 2), 1, CHUNK_ROWS))
    chunks, start = [], 0
    while start < len(stop):
        room = min(cap, int(stop[start] - first[start]) // 2)
        end = int(np.searchsorted(stop, stop[start] + room, side="right"))
        end = min(max(end, start + 1), start + cap)
        chunks.append(slice(start, end))
        start = end
    return chunks


def _moments(
    panel: tuple[Floats, Floats],
    windows: tuple[Rows, Rows],
    refits: slice,
    core: Core,
    basis: Callable[[Core], Floats | None],
) -> Moments | None:
    (X, y), (first, stop) = panel, windows
    kept = _varying(X[int(first[0]) : int(stop[-1])], core)
    if kept is None or not kept.any():
        return None
    core = core if kept.all() else core.of_columns(kept)
    T = basis(core)
    if T is None:
        return None

    def anchored(rows: slice) -> Floats:
        z = core.coordinates(X[rows][:, kept], T)
        return np.column_stack((np.ones(len(z)), z, y[rows] - core.mean_y))

    base = _core_sums(core, T)
    sums = _window_sums(base, anchored, first, stop)
    return Moments.centred(sums, base[1:-1, 1:-1], refits=refits, kept=kept, core=core, basis=T)


def _varying(union: Floats, core: Core) -> Flags | None:
    """Columns that are not constant over all rows of a chunk; None when one is too nearly so to tell."""
    doubtful = core.deviation <= DIGITS_LOST * np.abs(core.shift + core.mean_x)
    for column in np.flatnonzero(doubtful):
        if not (union[:, column] == union[0, column]).all():
            return None
    return ~doubtful


def _core_sums(core: Core, T: Floats) -> Floats:
    """Sum over the core of the outer products of [1, z, y − mean_y]."""
    W = np.column_stack((core.Rx @ T, core.Ry))
    sums = np.zeros((len(T) + 2, len(T) + 2))
    sums[0, 0] = core.rows
    sums[1:, 1:] = W.T @ W
    return sums


def _window_sums(base: Floats, anchored: Callable[[slice], Floats], first: Rows, stop: Rows) -> Floats:
    """Per window, the sums over the core and over the window's own rows after and before it."""
    after = _running_sums(base, anchored(slice(int(stop[0]), int(stop[-1]))), stop - stop[0])
    if first[-1] == first[0]:
        return after
    backwards = anchored(slice(int(first[0]), int(first[-1])))[::-1]
    after += _running_sums(np.zeros_like(base), backwards, first[-1] - first)
    return after


def _running_sums(start: Floats, rows: Floats, taken: Rows) -> Floats:
    """`start` plus the outer products of the first `taken` rows, for every entry of `taken`."""
    sums = np.empty((len(rows) + 1, *start.shape))
    sums[0] = start
    np.multiply(rows[:, :, None], rows[:, None, :], out=sums[1:])
    np.cumsum(sums, axis=0, out=sums)
    return sums if np.array_equal(taken, np.arange(len(sums))) else sums[taken]
