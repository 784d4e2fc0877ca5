"""Numbers in tables are numbers, in the reader's words."""

from __future__ import annotations

import pandas as pd

from spx_assets.dashboard import tables
from spx_assets.dashboard.wording import percent


def test_numbers_are_formatted_and_stay_numbers() -> None:
    """So that they stand to the right; words and whole numbers outside of the formats are text."""
    table = pd.DataFrame({"Model": ["ols", "ridge"], "Gain": [-0.01, None], "At": [1, 2]})

    styled = tables.styled(table, {"Gain": percent})

    assert {"Model": "object", "Gain": "float64", "At": "object"} == styled.data.dtypes.astype(str).to_dict()
    text = styled.to_html()
    assert "−1.00\N{NO-BREAK SPACE}%" in text
    assert ">–<" in text


def test_only_sentences_break_into_lines() -> None:
    """On a phone a table is pushed aside; a date in four lines is no date."""
    table = pd.DataFrame({"File": ["a.csv"], "Why": ["It is not a series. " * 5], "Bytes": [1]})

    text = tables.styled(table, {"Bytes": str}).to_html()

    assert [True, False, True] == [f"td.col{place} *" in text for place in range(3)]
