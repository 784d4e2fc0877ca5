"""Read-only arrays: what makes a frozen finding frozen all the way down."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.float64]
Dates = npt.NDArray[np.datetime64]


def numbers(values: Iterable[float] | pd.Series) -> Numbers:
    """A float64 copy that refuses to be written to."""
    copy = np.array(values, dtype=np.float64)
    copy.setflags(write=False)
    return copy


def dates(values: Iterable[object] | pd.Series | pd.Index) -> Dates:
    """A datetime64[ns] copy that refuses to be written to."""
    copy = np.array(values, dtype="datetime64[ns]")
    copy.setflags(write=False)
    return copy
