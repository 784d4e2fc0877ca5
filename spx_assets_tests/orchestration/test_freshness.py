"""Stale by session: the deadline is the morning after, and a holiday makes nothing stale."""

from __future__ import annotations

from dagster._core.definitions.freshness import CronFreshnessPolicy
from dagster._utils.schedules import is_valid_cron_schedule

from spx_assets.orchestration import freshness, schedules


def test_the_window_holds_a_whole_night() -> None:
    """From the close at 16:00 to 06:00, with the nightly schedule inside."""
    policy = freshness.by_session()

    assert isinstance(policy, CronFreshnessPolicy)
    assert is_valid_cron_schedule(policy.deadline_cron)
    assert (policy.deadline_cron, policy.timezone) == ("0 6 * * 2-6", "America/New_York")
    assert 24 - policy.lower_bound_delta.total_seconds() / 3600 + 6 == 16
    assert schedules.NIGHTLY.split()[1] == "4"
