"""How far a long task has come, as lines for a person: the share done and how long the rest will take.

The tasks say what is done; the clock is here, at the edge.
"""

from __future__ import annotations

import time
from collections.abc import Callable

EVERY_S = 5.0  # lines nearer to each other than this are left out, but for the end of a part


def countdown(
    say: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic, every_s: float = EVERY_S
) -> Callable[[float, str], None]:
    """A listener for (share done, what) that says "40 % (12 s left): …": every whole part, others now and then.

    The rest is estimated from the time that the share done has taken.
    """
    began = clock()
    last_said = began

    def listen(share: float, what: str) -> None:
        nonlocal last_said
        now = clock()
        if what.endswith("refits") and now - last_said < every_s:
            return
        last_said = now
        left = (now - began) * (1 - share) / share if share > 0 else 0.0
        rest = f" ({_duration(left)} left)" if share < 1 and left >= 1 else ""
        say(f"{100 * share:.0f} %{rest}: {what}")

    return listen


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"
