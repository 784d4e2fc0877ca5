"""Ages in NYSE sessions, and versions that moved on."""

from __future__ import annotations

from datetime import UTC, date, datetime

from spx_assets.dashboard.freshness import freshness, outdated_inputs

FRIDAY = date(2026, 1, 2)


def test_stale_is_more_sessions_than_may_be() -> None:
    """One session is allowed where nothing is set; the sentence gives date and age."""
    evening = datetime(2026, 1, 6, 22, tzinfo=UTC)

    assert freshness(FRIDAY, evening, most_sessions=None).stale
    assert not freshness(FRIDAY, evening, most_sessions=2).stale
    assert "The newest close known is that of 2 January 2026: 2 NYSE sessions have closed since." == (
        freshness(FRIDAY, evening, most_sessions=None).sentence
    )
    assert "1 NYSE session has closed since." in freshness(date(2026, 1, 5), evening, most_sessions=None).sentence


def test_inputs_that_moved_on_are_named() -> None:
    """Equal versions and assets that are gone say nothing."""
    made_from = {"raw_market": "a", "cleaned_data": "b", "walk_forward": "c"}

    assert {"cleaned_data": "x"} == outdated_inputs(
        made_from, {"raw_market": "a", "cleaned_data": "x", "walk_forward": None}
    )
