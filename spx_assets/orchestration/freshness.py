"""When an asset counts as stale: by session, and the same for all that are materialized.

By the morning after each session everything has been brought up to date since its close. On a holiday the nightly
schedule does what the after-close schedule leaves out, so that no holiday makes an asset stale.
"""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from spx_assets.orchestration.schedules import NEW_YORK

# Tuesday to Saturday at 06:00: the mornings after a weekday's session, two hours after the nightly schedule.
DEADLINE = "0 6 * * 2-6"
SINCE_THE_CLOSE = timedelta(hours=14)


def by_session() -> dg.FreshnessPolicy:
    """Stale from 06:00 in New York when nothing was materialized since the last session's close."""
    return dg.FreshnessPolicy.cron(deadline_cron=DEADLINE, lower_bound_delta=SINCE_THE_CLOSE, timezone=NEW_YORK)
