"""Forecasts of fits that this process has made before: the same estimator on the same rows gives the same numbers.

The leakage audit and the promotion gate forecast again from data cut off earlier. Where the training rows are the same
to the last bit, so is the fit, and it need not be repeated; where a future has crept in, the rows differ, and it is.
Only for estimators whose seed is fixed. `spx audit`, a process of its own, remembers nothing of the run it audits.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any

import numpy as np

from spx_assets.forecasting.panel import Floats

MOST_FITS = 5_000  # a year of forecasts each: some 10 MB


class FitMemory:
    """A bounded memory of forecasts, by a digest of everything that they were made from."""

    def __init__(self, most: int = MOST_FITS) -> None:
        self._most = most
        self._made: OrderedDict[bytes, Floats] = OrderedDict()

    @staticmethod
    def key(estimator: Any, X: Floats, y: Floats, rows: Floats) -> bytes:
        """The digest of an estimator's settings, its training rows (n, p) and outcomes, and the rows to forecast."""
        digest = hashlib.blake2b(f"{type(estimator)} {estimator.get_params()}".encode(), digest_size=20)
        for part in (X, y, rows):
            digest.update(str(part.shape).encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.digest()

    def get(self, key: bytes) -> Floats | None:
        """What was forecast under that key, if it is remembered."""
        made = self._made.get(key)
        if made is not None:
            self._made.move_to_end(key)
        return made

    def put(self, key: bytes, forecasts: Floats) -> None:
        """Remember forecasts; the ones longest unused are forgotten."""
        self._made[key] = forecasts
        while len(self._made) > self._most:
            self._made.popitem(last=False)
