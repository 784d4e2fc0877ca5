"""One report for all problems of a file."""

from __future__ import annotations

import pytest

from spx_assets.errors import SourceRefused
from spx_assets.market.refusal import SHOWN, Problems, quoted


def test_a_single_problem_is_one_sentence_with_its_way_out() -> None:
    """File, line, column, the text found, and what to do: the house's example, word for word."""
    problems = Problems("landing/spx.csv")
    problems.add("line 812, column close", "'4,742.83' is not a plain number", "Export without thousands separators.")
    with pytest.raises(SourceRefused) as refused:
        problems.raise_if_any()
    assert str(refused.value) == (
        "landing/spx.csv line 812, column close: '4,742.83' is not a plain number. Export without thousands separators."
    )


def test_nothing_wrong_raises_nothing() -> None:
    """A file without problems passes."""
    problems = Problems("a.csv")
    problems.raise_if_any()
    assert problems.count == 0


def test_many_problems_are_one_report() -> None:
    """Every problem has its line in the report; each way out is said once."""
    problems = Problems("a.csv")
    problems.add_all(3, ((f"line {n}", "is odd", "Make it even.") for n in (3, 5, 7)))
    with pytest.raises(SourceRefused, match="has 3 problems") as refused:
        problems.raise_if_any()
    text = str(refused.value)
    assert all(f"a.csv line {n}: is odd" in text for n in (3, 5, 7))
    assert text.count("Make it even.") == 1


def test_the_report_is_bounded() -> None:
    """The first hundred in full, the rest as a number."""
    problems = Problems("a.csv")
    problems.add_all(1_234, ((f"line {n}", "is odd", "Make it even.") for n in range(1_234)))
    with pytest.raises(SourceRefused, match="has 1,234 problems") as refused:
        problems.raise_if_any()
    assert "and 1,134 more" in str(refused.value)
    assert len(problems.found) == SHOWN


def test_a_refusal_ends_with_everything_found_before() -> None:
    """What makes further judgement impossible comes last in the same report."""
    problems = Problems("a.csv")
    problems.add("line 2", "is odd", "Make it even.")
    with pytest.raises(SourceRefused, match="has 2 problems"):
        problems.refuse("ends here", "Start again.")


def test_a_repair_is_counted_and_none_is_silent() -> None:
    """Nothing to repair says nothing; the same repair of several series is said once."""
    problems = Problems("a.csv")
    problems.repaired(0, "rows dropped")
    problems.repaired(1_234, "rows dropped")
    problems.repaired(1_234, "rows dropped")
    assert problems.repairs == ["a.csv: 1,234 rows dropped"]


def test_a_cell_is_shown_safely() -> None:
    """Control characters are escaped and long text is cut."""
    assert quoted("a\nb") == r"'a\nb'"
    assert len(quoted("x" * 10_000)) < 60
