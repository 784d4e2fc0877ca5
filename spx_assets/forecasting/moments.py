"""Centred sums over the training windows of consecutive refits, exact enough to solve least squares from.

Neighbouring windows share most of their rows. The shared rows, the core, are factored by QR, which gives
coordinates z = (x − mean) · basis in which their scatter is well conditioned; each window then only ADDS its
own rows (`window_sums`). Nothing is ever subtracted, so rolling windows lose no digits, and memory is bounded by
the chunk. A chunk that cannot be solved to full accuracy is split until the refits that cannot stand alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from spx_assets.forecasting.panel import Flags, Floats
from spx_assets.forecasting.schedule import Rows
from spx_assets.forecasting.window_sums import window_sums

CHUNK_BYTES = 8_000_000  # of one (rows, p, p) array; about five live at a time, so 40 MB whatever the rows
CHUNK_ROWS = 256  # fewer pay more for calls, more outgrow the cache
# glibc gives freed memory back to the system, and takes it anew page by page for every chunk, until it was once
# given back a block as large as this (mallopt(3), M_MMAP_THRESHOLD); it is never touched.
KEPT_BYTES = 16_000_000
QR_ROWS = 4096  # a longer core is factored in pieces of this many rows
UNUSED_PIVOT = 1e200  # larger than anything that is taken from it
DIGITS_LOST = 1e-8  # a column whose deviation is below this share of its mean has lost half its digits


@dataclass(frozen=True, eq=False)
class Factor:
    """Upper triangle R of the rows [1, x − shift, y]; R'R is their whole moment matrix."""

    shift: Floats
    R: Floats
    rows: slice  # of the panel

    @classmethod
    def empty(cls, X: Floats, rows: slice) -> Factor:
        """The factor of no rows yet, at the start of `rows` and in coordinates centred on their mean."""
        return cls(X[rows].mean(axis=0), np.zeros((0, X.shape[1] + 2)), slice(rows.start, rows.start))

    def covering(self, X: Floats, y: Floats, rows: slice) -> Factor:
        """The factor of `rows`, among which its own are: the others are added."""
        R = self.R
        for start, stop in ((rows.start, self.rows.start), (self.rows.stop, rows.stop)):
            for piece in range(start, stop, QR_ROWS):
                taken = slice(piece, min(piece + QR_ROWS, stop))
                x = X[taken] - self.shift
                R = np.asarray(np.linalg.qr(np.vstack((R, np.column_stack((np.ones(len(x)), x, y[taken])))), mode="r"))
        return Factor(self.shift, R, rows)


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
        return cls(factor.rows.stop - factor.rows.start, factor.shift, means[:p], float(means[p]), Rx, Ry)

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
    sums: Floats  # (k, q + 2, q + 2) of the outer products of [1, z, y − core.mean_y]
    core_scatter: Floats  # (q, q); every scatter exceeds it by a positive semi-definite matrix

    @cached_property
    def count(self) -> Floats:
        """Rows of each window (k,)."""
        return self.sums[:, 0, 0]

    @cached_property
    def variation(self) -> Floats:
        """Diagonal of the centred scatter of z (k, q)."""
        squares = np.diagonal(self.sums, axis1=1, axis2=2)[:, 1:-1]
        return np.asarray(squares - self.sums[:, 0, 1:-1] ** 2 / self.count[:, None])

    @property
    def spread(self) -> float:
        """Trace of the largest scatter over the core's rows: bounds its largest eigenvalue."""
        return float(self.variation.sum(axis=1).max() / self.core.rows)

    def fitted(self, asked: Floats, penalties: Sequence[Floats | float] = (0.0,)) -> Floats:
        """Least squares of y on [1, z] in each window, at s points `asked` (k, s, q) each: (k, s, penalties).

        A penalty (k, q) is added to the diagonal of the centred scatter.
        """
        k, s, used = *asked.shape[:2], asked.shape[2] + 1
        # One Cholesky factor does all. Of [1, z, asked, y] its first column centres z, and its last rows hold
        # forward substitutions a and b of asked and y, whose product is the fit. Later pivots are not used.
        square = np.zeros((k, used + s + 1, used + s + 1))
        square[:, :used, :used] = self.sums[:, :used, :used]
        square[:, used:-1, 0] = 1.0
        square[:, used:-1, 1:used] = asked
        square[:, -1, :used] = self.sums[:, -1, :used]
        pivots = np.einsum("kii->ki", square)
        pivots[:, used:] = UNUSED_PIVOT
        fitted = np.empty((k, s, len(penalties)))
        for each, penalty in enumerate(penalties):
            pivots[:, 1:used] = np.einsum("kii->ki", self.sums)[:, 1:used] + penalty
            factor = np.linalg.cholesky(square)
            fitted[:, :, each] = np.einsum("ksi,ki->ks", factor[:, used:-1, :used], factor[:, -1, :used])
        return np.asarray(self.core.mean_y + fitted)


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
    np.empty(KEPT_BYTES // 8)
    grown = Factor.empty(X, slice(0, max(int(stop[0]), 1)))
    pending: list[tuple[slice, Factor | None]] = [(block, None) for block in reversed(_blocks(first, stop))]
    most = int(np.clip(CHUNK_BYTES // (8 * (X.shape[1] + 2) ** 2), 1, CHUNK_ROWS))
    while pending:
        refits, factor = pending.pop()
        core = slice(int(first[refits.stop - 1]), int(stop[refits.start]))
        moments = None
        if core.stop - core.start > 1:
            if core.start == 0:
                grown = factor = grown.covering(X, y, core)
            else:
                factor = (factor or Factor.empty(X, core)).covering(X, y, core)
            if max(len(stop[refits]), int(stop[refits][-1]) - core.stop) <= most:
                moments = _moments((X, y), (first[refits], stop[refits]), refits, Core.of(factor), basis)
        if moments is not None and is_solvable(moments):
            yield moments
        elif refits.stop - refits.start > 1:
            half = (refits.stop - refits.start) // 2
            middle = refits.start + (half - half % most if half > most else half)
            pending += [(slice(middle, refits.stop), factor), (slice(refits.start, middle), factor)]
        else:
            yield refits.start


def _blocks(first: Rows, stop: Rows) -> list[slice]:
    """Consecutive refits whose windows differ by at most half the first one: they share half of it or more."""
    blocks, start = [], 0
    while start < len(stop):
        room = int(stop[start] - first[start]) // 2
        end = max(int(np.searchsorted(stop, stop[start] + room, side="right")), start + 1)
        blocks.append(slice(start, end))
        start = end
    return blocks


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
    own = slice(int(first[0]), int(first[-1])), slice(int(stop[0]), int(stop[-1]))
    x, outcome = (np.concatenate([values[rows] for rows in own]) for values in (X, y))
    z = core.coordinates(x[:, kept], T)
    rows = np.column_stack((np.ones(len(z)), z, outcome - core.mean_y))
    base = _core_sums(core, T)
    sums = window_sums(base, rows, first - first[0], stop - stop[0] + first[-1] - first[0])
    return Moments(refits, kept, core, T, sums, base[1:-1, 1:-1])


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
