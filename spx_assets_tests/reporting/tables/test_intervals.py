"""The table of the intervals."""

from __future__ import annotations

from spx_assets.reporting import Findings, tables
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.labels import p_value


def test_every_level_has_its_tests_and_the_plain_word(made: Findings) -> None:
    """The 90 % interval is bold: the words are about it."""
    assert not isinstance(made.trust, Absent)
    table = tables.interval_tests(made.trust)
    for place, (row, one) in enumerate(zip(table.rows, made.trust.tests, strict=True)):
        assert row[2] == f"{100 * one.level:.0f}"
        assert row[4] == f"{100 * one.held:.1f}"
        assert row[5:8] == (p_value(one.kupiec_p), p_value(one.independence_p), p_value(one.christoffersen_p))
        assert row[10] == one.answer
        assert (place in table.strong) is (one.level == 0.9)
