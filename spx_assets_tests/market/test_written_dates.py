"""How a column writes its dates: every format with one reading, and none with two."""

from __future__ import annotations

import pandas as pd
import pytest

from spx_assets.market.written_dates import iso_dates

TODAY = pd.Timestamp("2026-11-30")


@pytest.mark.parametrize(
    ("cells", "us"),
    [
        (["2024-03-27", "2024-03-28"], False),
        (["2024-03-27 00:00:00-04:00", "2024-03-28 00:00:00-04:00"], False),
        (["2024-03-27 00:00:00", "2024-03-28 00:00:00"], False),
        (["2024-03-27T00:00:00.000Z", "2024-03-28T00:00:00.000Z"], False),
        (["20240327", "20240328"], False),
        (["03/27/2024", "03/28/2024"], False),
        (["3/27/24", "3/28/24"], True),
        (["27/03/2024", "28/03/2024"], False),
        (["27.03.2024", "28.03.2024"], False),
        (["Mar 27, 2024", "Mar 28, 2024"], False),
        (["27-Mar-2024", "28-Mar-2024"], False),
        (["27 March 2024", "28 March 2024"], False),
    ],
)
def test_a_format_with_one_reading_is_read(cells: list[str], *, us: bool) -> None:
    """Exporters' formats, the order of day and month proved by a day above 12 or by the layout."""
    assert iso_dates(cells, us=us, today=TODAY) == ["2024-03-27", "2024-03-28"]


def test_days_and_months_that_may_be_swapped_are_not_read() -> None:
    """Unless only one order gives business days alone."""
    assert iso_dates(["1/2/2024", "1/3/2024"], us=False, today=TODAY) is None
    week = [f"0{day}/07/2024" for day in (1, 2, 3, 4, 5, 8, 9)]
    assert iso_dates(week, us=False, today=TODAY) == [f"2024-07-0{day}" for day in (1, 2, 3, 4, 5, 8, 9)]


@pytest.mark.parametrize(
    ("cell", "read"), [("12/31/75", "1975-12-31"), ("12/31/24", "2024-12-31"), ("12/31/26", ""), ("12/13/27", "")]
)
def test_a_year_of_two_digits_has_one_century(cell: str, read: str) -> None:
    """Neither the future nor the years before the daily index."""
    assert iso_dates([cell], us=True, today=TODAY) == [read]


def test_a_cell_of_another_format_is_none() -> None:
    """The format of most is the file's, offsets included."""
    cells = ["2024-03-26", "2024-03-27", "03/28/2024", "8-Jan-24"]
    assert iso_dates(cells[:3], us=False, today=TODAY) == ["2024-03-26", "2024-03-27", ""]
    offsets = ["2024-03-26 00:00:00-04:00", "2024-03-27 00:00:00-04:00", "2024-03-28 00:00:00+00:00"]
    assert iso_dates(offsets, us=False, today=TODAY) == ["2024-03-26", "2024-03-27", ""]
    assert iso_dates(["Foo 28, 2024"], us=False, today=TODAY) == [""]
