"""CSV that no spreadsheet runs, and whose numbers are the numbers."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spx_assets.dashboard.downloads import safe_csv
from spx_assets.plain_text import FORMULA_STARTS


def _cells(table: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(safe_csv(table).decode(), newline="")))


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n@x"])
def test_a_formula_is_text(formula: str) -> None:
    """Every way in which a spreadsheet begins a formula gets an apostrophe, in cells and in the header."""
    cells = _cells(pd.DataFrame({formula: [formula]}))

    assert [[f"'{formula}"], [f"'{formula}"]] == cells


def test_numbers_stay_numbers_at_full_precision() -> None:
    """Negative ones too; what is missing is empty; days are days."""
    table = pd.DataFrame(
        {
            "value": [-0.1 + 0.3, float("nan")],
            "count": [-3, 4],
            "day": pd.to_datetime(["2018-12-31", None]),
            "at": pd.to_datetime(["2018-12-31T21:00:00Z", "2019-01-01T00:00:00Z"]),
            "word": ["plain", None],
        }
    )

    assert ["0.19999999999999998", "-3", "2018-12-31", "2018-12-31T21:00:00+00:00", "plain"] == _cells(table)[1]
    assert ["", "4", "", "2019-01-01T00:00:00+00:00", ""] == _cells(table)[2]


@given(st.text(max_size=12))
def test_no_text_begins_a_formula(text: str) -> None:
    """Whatever the text, no cell that a spreadsheet reads begins like a formula."""
    (_, (cell,)) = _cells(pd.DataFrame({"text": [text]})) if text.strip("\r\n") else ([], ("",))

    assert not cell.lstrip(" \n").startswith(FORMULA_STARTS)
