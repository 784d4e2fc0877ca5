"""The contract of `cleaned_data` refuses what is out of place."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from spx_assets import features
from spx_assets.errors import SchemaRefused


def test_the_embedded_table_keeps_its_contract(cleaned: pd.DataFrame) -> None:
    """Validation changes nothing."""
    pd.testing.assert_frame_equal(cleaned, features.validated(cleaned))


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda table: table.assign(return_1=table["return_1"] * 100), "return_1"),
        (lambda table: table.assign(vix_level=np.nan), "vix_level"),
        (lambda table: table.assign(tomorrow=1.0), "tomorrow"),
        (lambda table: table.iloc[::-1], "sessions_in_order"),
        (lambda table: pd.concat([table, table.tail(1)]), "session"),
        (lambda table: table.assign(return_5=table["return_5"].astype("float32")), "return_5"),
    ],
)
def test_damage_is_refused_by_column(
    cleaned: pd.DataFrame, damage: Callable[[pd.DataFrame], pd.DataFrame], named: str
) -> None:
    """A wrong unit, a gap, an unknown column, wrong order, a double row, a wrong type."""
    with pytest.raises(SchemaRefused, match=named):
        features.validated(damage(cleaned))


def test_a_stored_table_gets_its_session_index_back(cleaned: pd.DataFrame) -> None:
    """Without its index and with it again, the table is the same."""
    stored = cleaned.reset_index(drop=True)

    pd.testing.assert_frame_equal(cleaned, features.with_session_index(stored), check_freq=False)
