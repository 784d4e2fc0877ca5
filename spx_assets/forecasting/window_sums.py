"""Sums of outer products over windows that slide forward, by splitting, with additions only.

All windows of a group share its core. Each part of the group shares more rows than the whole: their products are
added once for the part, and so on down to the single window. A row is added once per splitting, never taken away.
"""

from __future__ import annotations

import numpy as np

from spx_assets.forecasting.panel import Floats
from spx_assets.forecasting.schedule import Rows

AT_ONCE = 16  # windows that are split at once: fewer products by halving them would cost more in calls


def window_sums(core: Floats, rows: Floats, first: Rows, stop: Rows) -> Floats:
    """For each of k windows the core's sum (c, c) plus the outer products of its own rows: (k, c, c).

    `rows` (m, c) are those of the union of the windows but the core's, which lie where first[-1] and stop[0] meet:
    window i owns rows[first[i] : stop[i]]. Neither bound ever decreases.
    """
    windows, size = len(first), 1 << (len(first) - 1).bit_length()
    first, stop = (np.pad(bound, (0, size - windows), mode="edge") for bound in (first, stop))
    sums = core[None]
    while size > 1:
        parts = 2 if size > AT_ONCE else size
        size //= parts
        shape = (-1, parts, size)
        sums = _split(sums, rows, first.reshape(shape)[: len(sums), :, -1], stop.reshape(shape)[: len(sums), :, 0])
        sums = sums[: -(-windows // size)]
    return sums


def _split(sums: Floats, rows: Floats, first: Rows, stop: Rows) -> Floats:
    """The sums of parts whose cores are rows[first : stop] (g, parts), from those of their groups (g, c, c)."""
    before, after = first[:, -1:] - first, stop - stop[:, :1]
    taken = (before + after)[..., None]
    most = int(taken.max())
    if most == 0:
        return np.repeat(sums, first.shape[1], axis=0)
    each = np.arange(most)
    place = np.where(each < before[..., None], first[..., None] + each, (stop[:, :1] - before)[..., None] + each)
    chosen = rows[np.minimum(place, len(rows) - 1)]
    if taken.min() < most:
        chosen[each >= taken] = 0.0
    # The copy keeps numpy from a routine for symmetric products that is slower on matrices this small.
    out = chosen.swapaxes(-1, -2) @ chosen.copy()
    out += sums[:, None]
    return np.asarray(out.reshape(-1, *sums.shape[1:]))
