"""Sums of outer products over windows that slide forward, by halving, with additions only.

All windows of a group share its core. Each half of the group shares more rows than the whole: their products are
added once for the half, and so on down to the single window. A row is added once per halving, never taken away.
"""

from __future__ import annotations

import numpy as np

from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.schedule import Rows


def window_sums(core: Floats, rows: Floats, first: Rows, stop: Rows) -> Floats:
    """For each of k windows the core's sum (c, c) plus the outer products of its own rows: (k, c, c).

    `rows` (m, c) are those of the union of the windows but the core's, which lie where first[-1] and stop[0] meet:
    window i owns rows[first[i] : stop[i]]. Neither bound ever decreases.
    """
    windows, size = len(first), 1 << (len(first) - 1).bit_length()
    first, stop = (np.pad(bound, (0, size - windows), mode="edge") for bound in (first, stop))
    sums = core[None]
    while size > 1:
        half = size // 2
        halves = np.empty((len(sums), 2, *core.shape))
        _add_products(sums, rows, (first[half - 1 :: size], first[size - 1 :: size]), halves[:, 0])
        _add_products(sums, rows, (stop[::size], stop[half::size]), halves[:, 1])
        sums = halves.reshape(-1, *core.shape)[: -(-windows // half)]
        size = half
    return sums


def _add_products(sums: Floats, rows: Floats, bounds: tuple[Rows, Rows], out: Floats) -> None:
    """Write into `out` (g, c, c) each sum plus the products of its rows [begin, end)."""
    begin, end = (bound[: len(sums)] for bound in bounds)
    taken = end - begin
    most = int(taken.max())
    if most == 0:
        out[...] = sums
        return
    chosen = rows[np.minimum(begin[:, None] + np.arange(most), len(rows) - 1)]
    if taken.min() < most:
        chosen[np.arange(most) >= taken[:, None]] = 0.0
    if most == 1:
        np.einsum("gi,gj->gij", chosen[:, 0], chosen[:, 0], out=out)
    else:
        # The copy keeps numpy from a routine for symmetric products that is slower on matrices this small.
        np.matmul(chosen.swapaxes(1, 2), chosen.copy(), out=out)
    out += sums
