"""Arrays of findings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.reporting import arrays


def test_arrays_refuse_to_be_written() -> None:
    """What is frozen cannot be changed through its array."""
    with pytest.raises(ValueError, match="read-only"):
        arrays.numbers([1.0, 2.0])[0] = 3.0
    with pytest.raises(ValueError, match="read-only"):
        arrays.dates(["2018-01-02"])[0] = np.datetime64("2018-01-03")


def test_arrays_are_copies() -> None:
    """A table that changes later does not change a finding."""
    column = pd.Series([1.0, 2.0])
    kept = arrays.numbers(column)
    column[0] = 9.0
    assert list(kept) == [1.0, 2.0]
