"""Forecasts of fits that this process has made before: the same estimator on the same rows gives the same numbers.

The leakage audit and the promotion gate forecast again from data cut off earlier. Where the training rows are the same
to the last bit, so is the fit, and it need not be repeated; where a future has crept in, the rows differ, and it is.
Only for estimators whose seed is fixed, and that forecast each row by itself. `spx audit`, a process of its own,
remembers nothing of the run it audits.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict

import numpy as np

from spx_assets.forecasting.panel import Floats

MOST_FITS = 5_000  # a year of forecasts each, with their digests: some 40 MB
DIGEST_BYTES = 20


class FitMemory:
    """A bounded memory of forecasts, by digests of what each was fitted on and of the rows that it forecast."""

    def __init__(self, most: int = MOST_FITS) -> None:
        self._most = most
        self._made: OrderedDict[bytes, tuple[bytes, Floats]] = OrderedDict()

    @staticmethod
    def key(settings: str, X: Floats, y: Floats) -> bytes:
        """The digest of an estimator's settings, its training rows (n, p) and their outcomes."""
        digest = hashlib.blake2b(settings.encode(), digest_size=DIGEST_BYTES)
        for part in (X, y):
            digest.update(str(part.shape).encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.digest()

    def get(self, key: bytes, rows: Floats) -> Floats | None:
        """What that fit forecast for these rows (m, p), where it has forecast them, and maybe others after them."""
        prefixes, forecasts = self._made.get(key, (b"", np.empty(0)))
        last = DIGEST_BYTES * len(rows)
        if not len(rows) or prefixes[last - DIGEST_BYTES : last] != _digest(rows).digest():
            return None
        self._made.move_to_end(key)
        return forecasts[: len(rows)]

    def put(self, key: bytes, rows: Floats, forecasts: Floats) -> None:
        """Remember forecasts (m, ...) of rows (m, p); the ones longest unused are forgotten."""
        digest = _digest(rows[:0])
        prefixes = []
        for row in np.ascontiguousarray(rows):
            digest.update(row.tobytes())
            prefixes.append(digest.digest())
        self._made[key] = b"".join(prefixes), forecasts
        while len(self._made) > self._most:
            self._made.popitem(last=False)


def _digest(rows: Floats) -> hashlib.blake2b:
    return hashlib.blake2b(np.ascontiguousarray(rows).tobytes(), digest_size=DIGEST_BYTES)
