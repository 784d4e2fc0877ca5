"""The notation of a column of numbers: read where all cells agree and one proves it."""

from __future__ import annotations

import pytest

from spx_assets.market.notation import with_decimal_points


@pytest.mark.parametrize(
    ("cells", "plain"),
    [
        (["4742,83", "4704,81"], ["4742.83", "4704.81"]),
        (["4.742,83", "998,5"], ["4742.83", "998.5"]),
        (["5,254.35", "5,248.49", ""], ["5254.35", "5248.49", ""]),
        (["3,743,050,000", "3,950,760,000"], ["3743050000", "3950760000"]),
        (["4742.83", "4704.81"], ["4742.83", "4704.81"]),
    ],
)
def test_a_column_of_one_notation_is_plain(cells: list[str], plain: list[str]) -> None:
    """Decimal commas, separated thousands, and plain numbers as they are."""
    assert with_decimal_points([cells]) == [plain]


@pytest.mark.parametrize(
    "cells",
    [
        ["4,742", "4,704"],  # thousands or decimals
        ["4742.83", "4704,81"],  # two notations
        ["4742.83", "4,704.81"],  # one damaged cell
        ["3.95", "1,234.5", "3.91"],  # one damaged cell
        ["4,742.83", "4704.81"],  # separated in one only
    ],
)
def test_a_column_that_may_be_read_in_two_ways_stays(cells: list[str]) -> None:
    """What is not proved is left to be rejected cell by cell."""
    assert with_decimal_points([cells]) == [cells]


def test_a_file_has_one_notation() -> None:
    """Decimal commas in one column make the point of another a thousands separator."""
    assert with_decimal_points([["4742,83"], ["3.743.050"]]) == [["4742.83"], ["3743050"]]
