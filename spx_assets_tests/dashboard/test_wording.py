"""Values as a reader sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from spx_assets.dashboard import wording

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_returns_are_per_cent_with_a_sign_and_a_true_minus() -> None:
    """Nothing is shown as nothing, and no negative zero."""
    assert ["+1.23\N{NO-BREAK SPACE}%", "−0.50\N{NO-BREAK SPACE}%", "0.00\N{NO-BREAK SPACE}%", "–", "–"] == [
        wording.percent(value) for value in (0.01234, -0.005, -0.000001, float("nan"), None)
    ]
    assert "+0.025\N{NO-BREAK SPACE}%" == wording.precise(0.000248)
    assert ["90.0\N{NO-BREAK SPACE}%", "–"] == [wording.share(0.9), wording.share(None)]
    assert ["−2.50", "1,234"] == [wording.figure(-2.5), wording.count(1234.0)]


def test_days_and_instants_are_written_out() -> None:
    """A day in words, an instant in UTC; what is no instant stays as it is."""
    assert "31 December 2018" == wording.day(date(2018, 12, 31))
    assert "2026-01-05 12:00 UTC" == wording.instant(NOON.isoformat())
    assert "soon" == wording.instant("soon")


def test_counts_agree_with_their_unit() -> None:
    """One is not many."""
    assert ["1 run", "2 runs", "1 page view", "1,234 page views", "1 NYSE session"] == [
        wording.runs(1),
        wording.runs(2),
        wording.views(1),
        wording.views(1234),
        wording.counted_sessions(1),
    ]
    assert "−1.00" == wording.in_percent(-0.01)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("2026-01-05T11:59:30+00:00", "just now"),
        ("2026-01-05T11:57:00+00:00", "3 minutes ago"),
        ("2026-01-05T10:59:00+00:00", "1 hour ago"),
        ("2026-01-02T12:00:00+00:00", "3 days ago"),
        ("2018-12-31T12:00:00+00:00", "7.0 years ago"),
        ("not a time", ""),
    ],
)
def test_ages_grow_in_their_unit(then: str, expected: str) -> None:
    """Minutes, hours, days, years."""
    assert expected == wording.age(then, NOON)


def test_text_from_outside_is_no_markup() -> None:
    """Names of files cannot become links, formulas or emoji; code stays code."""
    assert r"\[a\](b) \$x\$ \:smile\: \<b\>" == wording.plain("[a](b) $x$ :smile: <b>")
    assert "`spx run --as-of [x]` makes \\*it\\*" == wording.plain("`spx run --as-of [x]` makes *it*")
    assert "one ' alone" == wording.plain("one ` alone")
