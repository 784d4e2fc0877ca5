"""Rows of one table: repeated, unsorted, conflicting, and always with their place."""

from __future__ import annotations

import pandas as pd
import pytest

from spx_assets.errors import SourceRefused
from spx_assets.market.draft import FileContext
from spx_assets.market.layouts import drafts_of
from spx_assets.market.refusal import Problems
from spx_assets.market.table import table_from_csv
from spx_assets_tests.market.documents import NOW, as_bytes, read, with_cell, yahoo_csv, yahoo_lines


def test_repeated_rows_are_dropped_and_counted() -> None:
    """The same row twice is one observation."""
    lines = yahoo_lines(5)
    reading = read(as_bytes([*lines, lines[3], lines[5]]))
    pd.testing.assert_frame_equal(reading.observations, read(as_bytes(lines)).observations)
    assert "landing/file.csv: 2 repeated rows dropped" in reading.repairs


def test_rows_in_another_order_are_sorted_and_said() -> None:
    """A download with the newest row first gives the same observations."""
    header, *rows = yahoo_lines(5)
    reading = read(as_bytes([header, *reversed(rows)]))
    pd.testing.assert_frame_equal(reading.observations, read(yahoo_csv(5)).observations)
    assert reading.repairs == ("landing/file.csv: 5 rows sorted by date",)


def test_a_draft_keeps_its_places() -> None:
    """Rows left out do not move the places of the others."""
    table = table_from_csv(yahoo_csv(5).decode(), Problems("a.csv"))
    drafts, _ = drafts_of(table, Problems("a.csv"), FileContext(NOW, instrument="spx_close"))
    draft = next(draft for draft in drafts if draft.series == "spx_close")
    kept = draft.only(draft.amounts > 4_740)
    assert [table.place(row, "close") for row in kept.rows] == [
        f"line {i + 2}, column Close" for i, amount in enumerate(draft.amounts) if amount > 4_740
    ]


def test_two_rows_of_one_date_must_agree() -> None:
    """The second place is named, and the first beside it."""
    lines = with_cell(yahoo_lines(20), 6, 0, "2024-01-09")
    with pytest.raises(SourceRefused) as refused:
        read(as_bytes(lines))
    message = "line 7, column Date: 2024-01-09 stands already on line 6 with other values"
    assert message in str(refused.value)


def test_equal_rows_among_unequal_ones_are_still_a_conflict() -> None:
    """A third row that agrees with the first does not excuse the second."""
    lines = ["date,wti", "2024-01-02,70", "2024-01-02,71", "2024-01-02,70"]
    with pytest.raises(SourceRefused, match="has 2 problems"):
        read(as_bytes(lines))
