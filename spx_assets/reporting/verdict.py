"""The verdict in words: at which horizons a forecast has skill, and where it has none, plainly.

The sentence of each horizon is the model card's, the same on every surface (`forecasting.skill_statement` where there
is no card); the headline and the advice that go around them are made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from spx_assets.forecasting.skill import NO_SKILL, has_skill, skill_statement
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.arrays import numbers
from spx_assets.reporting.calibration import wilson
from spx_assets.reporting.labels import listed, model_label, number, sessions
from spx_assets.reporting.out_of_sample import ErrorPanel
from spx_assets.reporting.scoreboard import Score, best_candidates
from spx_assets.reporting.trials import Trials

PROMISED = 0.9


@dataclass(frozen=True)
class Verdict:
    """A headline, a sentence for each horizon, and what to do with it."""

    headline: str
    sentences: tuple[str, ...]
    advice: str


def verdict(
    rows: tuple[Score, ...] | Absent,
    errors: tuple[ErrorPanel, ...] | Absent,
    tried: Trials | None = None,
    said: Mapping[int, tuple[str, bool]] | None = None,
) -> Verdict:
    """The verdict that the scoreboard gives, with what became of a gain over the newer half of the forecasts.

    `said` are sentence and significance by horizon, as the model card has them.
    """
    said = said or {}
    if isinstance(rows, Absent):
        return Verdict("There is no verdict yet.", (rows.sentence,), "")
    deployed = {row.horizon: row for row in rows if row.deployed}
    best = best_candidates(rows)
    ahead = [row for row in deployed.values() if not row.benchmark]
    horizons = sorted({row.horizon for row in rows})
    without = [horizon for horizon in horizons if horizon not in {row.horizon for row in ahead}]
    panels = {} if isinstance(errors, Absent) else {panel.horizon: panel for panel in errors}
    sentences = tuple(
        _sentence(
            horizon,
            deployed.get(horizon),
            said[horizon][0] if horizon in said else _statement(horizon, deployed, best, tried),
            panels.get(horizon),
        )
        for horizon in horizons
    )
    proven = [row for row in ahead if _is_significant(row, tried, said)]
    return Verdict(_headline(ahead, without, proven), sentences, _advice(_tried(rows, tried), ahead))


def _is_significant(row: Score, tried: Trials | None, said: Mapping[int, tuple[str, bool]]) -> bool:
    return said[row.horizon][1] if row.horizon in said else has_skill(row.model, _judged(row, tried))


def _headline(ahead: list[Score], without: list[int], proven: list[Score]) -> str:
    unproven = [row for row in ahead if row not in proven]
    parts = []
    if proven:
        parts.append(f"a significant gain over the historical mean at {_horizons(proven)}")
    if unproven:
        parts.append(f"a gain over the historical mean that is not significant at {_horizons(unproven)}")
    if without:
        spans = listed([str(horizon) for horizon in without], last="or")
        parts.append(f"{NO_SKILL} at {spans} {'session' if without == [1] else 'sessions'}")
    words = "; ".join(parts)
    return f"{words[0].upper()}{words[1:]}."


def _horizons(rows: list[Score]) -> str:
    spans = listed([str(row.horizon) for row in rows])
    noun = "session" if [row.horizon for row in rows] == [1] else "sessions"
    return f"{spans} {noun} ({listed(list(dict.fromkeys(model_label(row.model) for row in rows)))})"


def _judged(row: Score, tried: Trials | None) -> dict[str, Any]:
    """A row as the word on skill takes it, with the trials of its horizon where they are recorded."""
    recorded = {} if tried is None else tried.by_horizon
    return {**asdict(row), "n": row.forecasts, "trials": recorded.get(row.horizon, 1)}


def _statement(horizon: int, deployed: dict[int, Score], best: dict[int, Score], tried: Trials | None) -> str:
    """The sentence that a card would carry, where there is none."""
    if horizon not in deployed:
        return ""
    row = deployed[horizon]
    judged = best.get(horizon, row) if row.benchmark else row
    return skill_statement(horizon, row.model, _judged(judged, tried))


def _sentence(horizon: int, deployed: Score | None, statement: str, panel: ErrorPanel | None) -> str:
    if deployed is None:
        return f"{sessions(horizon)} ahead: the model card names no deployed model among those evaluated."
    return f"{statement}{_lately(deployed, panel)}{_held(deployed)}"


def _lately(deployed: Score, panel: ErrorPanel | None) -> str:
    if panel is None or deployed.model not in panel.saved:
        return ""
    gain = number(100 * panel.newer_half_r2(deployed.model), 2, signed=True)
    return f" Over the newer half of them the R² is {gain} %."


def _held(deployed: Score) -> str:
    if deployed.coverage_90 != deployed.coverage_90:  # NaN: no interval could be judged
        return ""
    _, most = wilson(numbers([deployed.coverage_90]), max(deployed.forecasts / deployed.horizon, 1.0))
    short = ", less than it promised" if most[0] < PROMISED else ""
    return f" The 90 % interval contained {number(100 * deployed.coverage_90, 1)} % of returns{short}."


def _tried(rows: tuple[Score, ...], tried: Trials | None) -> str:
    count = sum(not row.benchmark for row in rows) if tried is None else tried.count
    what = "one trial was" if count == 1 else f"{count:,} trials were"
    return f"{what[0].upper()}{what[1:]} made, all candidates and horizons together"


def _advice(counted: str, ahead: list[Score]) -> str:
    if ahead:
        return (
            f"{counted}: the best of several looks better than it is. Trust a point forecast "
            "as far as the test above allows, and read it inside its interval."
        )
    return (
        f"{counted}; none replaced the plain average of past returns. The point forecasts say "
        "no more than that average; what this report adds is the interval around them."
    )
