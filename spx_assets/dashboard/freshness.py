"""How old what is shown is: in NYSE sessions since the newest close, and against the versions it was made from.

Pure: now is an argument. A session counts once it has closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from spx_assets.dashboard.wording import counted_sessions, day, years
from spx_assets.market.calendar import closed_since


@dataclass(frozen=True)
class Freshness:
    """The session last known, how many NYSE sessions have closed since, and whether that is more than may be."""

    session: date
    age_sessions: int
    age_days: int
    stale: bool

    @property
    def sentence(self) -> str:
        """What a reader should know about the age."""
        known = f"The newest close known is that of {day(self.session)}"
        if self.age_sessions == 0:
            return f"{known}: no session has closed since."
        old = f", {years(self.age_days)} ago" if self.age_days >= 14 else ""
        return f"{known}{old}: {counted_sessions(self.age_sessions)} have closed since.".replace(
            "1 NYSE session have", "1 NYSE session has"
        )


def freshness(session: date, now: datetime, *, most_sessions: int | None) -> Freshness:
    """How old the close of `session` is at `now`; stale beyond `most_sessions`, or beyond one when that is unset."""
    age = closed_since(session, now)
    allowed = 1 if most_sessions is None else most_sessions
    return Freshness(session, age, (now.date() - session).days, age > allowed)


def outdated_inputs(made_from: Mapping[str, str], current: Mapping[str, str | None]) -> dict[str, str]:
    """The inputs of an artifact that have a newer version by now: asset → that version."""
    return {
        asset: newer
        for asset, version in sorted(made_from.items())
        if (newer := current.get(asset)) is not None and newer != version
    }
