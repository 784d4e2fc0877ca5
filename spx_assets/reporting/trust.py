"""Can the intervals be trusted? The tests of each level, and the answer in plain words.

Coverage and its tests come from `forecasting`; shares by level and through time, for figures, are `calibration`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from spx_assets.forecasting.interval_tests import interval_coverage, winkler_score
from spx_assets.forecasting.intervals import mean_width
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.calibration import FEWEST, levels
from spx_assets.reporting.labels import listed, number, sessions
from spx_assets.reporting.out_of_sample import horizons, known_rows

PROMISED = 0.9
SIGNIFICANT = 0.05
TOO_FEW = f"Fewer than {FEWEST} forecasts carried an interval and have their return: it is too early to tell."


@dataclass(frozen=True)
class IntervalTest:
    """One horizon and level: the share held, p-values of the three tests, mean width and Winkler score (log return)."""

    horizon: int
    model: str
    level: float
    forecasts: int
    held: float
    kupiec_p: float
    independence_p: float
    christoffersen_p: float
    width: float
    winkler: float

    @property
    def answer(self) -> str:
        """The plain word: yes, too narrow, too wide, or right on average but in runs."""
        if self.kupiec_p < SIGNIFICANT:
            return "too narrow" if self.held < self.level else "too wide"
        return "misses in runs" if min(self.independence_p, self.christoffersen_p) < SIGNIFICANT else "yes"


@dataclass(frozen=True)
class Trust:
    """Every test, the answer in one sentence, and a sentence for each horizon."""

    tests: tuple[IntervalTest, ...]
    headline: str
    sentences: tuple[str, ...]


def trust(evaluation: pd.DataFrame, models: Mapping[int, str]) -> Trust | Absent:
    """The named models' intervals at every level, judged; the words are about the 90 % interval or the next below."""
    nominal = levels(evaluation)
    tests = tuple(
        _test(known_rows(evaluation, horizon, models[horizon]), horizon, models[horizon], level)
        for horizon in horizons(evaluation)
        if horizon in models
        for level in nominal
    )
    tests = tuple(one for one in tests if one.forecasts >= FEWEST)
    if not tests:
        return Absent(TOO_FEW)
    spoken = max((level for level in nominal if level <= PROMISED + 1e-9), default=nominal[0])
    judged = [one for one in tests if one.level == spoken]
    return Trust(tests, _headline(judged), tuple(_sentence(one) for one in judged))


def _test(rows: pd.DataFrame, horizon: int, model: str, level: float) -> IntervalTest:
    names = [f"{side}_{level * 100:g}" for side in ("lower", "upper")]
    bounded = rows.dropna(subset=names)
    given = bounded["realised"], bounded[names[0]], bounded[names[1]]
    found = interval_coverage(*given, level=level, horizon=horizon)
    return IntervalTest(
        horizon,
        model,
        level,
        found.n,
        found.coverage,
        found.kupiec.p_value,
        found.independence.p_value,
        found.christoffersen.p_value,
        mean_width(*given),
        winkler_score(*given, level=level),
    )


def _headline(judged: list[IntervalTest]) -> str:
    said: dict[str, list[str]] = {}
    for one in judged:
        said.setdefault(one.answer, []).append(str(one.horizon))
    words = {
        "yes": "yes, as far as these data can tell, at {}",
        "too narrow": "not fully at {}, where they were too narrow",
        "too wide": "with care at {}, where they were wider than they had to be",
        "misses in runs": "on average at {}, but misses were clustered there",
    }
    parts = [
        words[answer].format(f"{listed(spans)} {'session' if spans == ['1'] else 'sessions'}")
        for answer, spans in said.items()
    ]
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _sentence(one: IntervalTest) -> str:
    said = (
        f"{sessions(one.horizon)} ahead: of {one.forecasts:,} intervals of {number(100 * one.level, 0)} %, "
        f"{number(100 * one.held, 1)} % held their return"
    )
    share = f"Kupiec p = {_p(one.kupiec_p)}"
    if one.answer in ("too narrow", "too wide"):
        return f"{said}, which chance does not explain ({share}): they were {one.answer}."
    if one.answer == "misses in runs":
        return (
            f"{said}, within what chance explains ({share}), but a miss made the next one likelier "
            f"(independence p = {_p(one.independence_p)}, Christoffersen p = {_p(one.christoffersen_p)})."
        )
    return f"{said}: within what chance explains ({share}), and misses do not come in runs{_runs(one)}."


def _runs(one: IntervalTest) -> str:
    return "" if math.isnan(one.christoffersen_p) else f" (Christoffersen p = {_p(one.christoffersen_p)})"


def _p(value: float) -> str:
    return "undefined" if math.isnan(value) else "below 0.001" if value < 0.001 else number(value, 3)
