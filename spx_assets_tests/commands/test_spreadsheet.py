"""Tables as a workbook."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from spx_assets.commands import spreadsheet
from spx_assets.errors import UsageError


def test_utc_times_are_written_without_their_zone(observations: pd.DataFrame) -> None:
    """The format has none; the numbers stay."""
    book = pd.read_excel(io.BytesIO(spreadsheet.workbook("raw_market", observations.head(20))))

    assert observations["value"].head(20).tolist() == book["value"].tolist()
    assert observations["known_at"].head(20).dt.tz_localize(None).tolist() == book["known_at"].tolist()


def test_a_table_too_long_for_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the limit and another format."""
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 10)

    with pytest.raises(UsageError, match="--format csv"):
        spreadsheet.workbook("x", pd.DataFrame({"x": range(10)}))
