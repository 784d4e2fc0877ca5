"""Examinations of features and targets: what they are when the future is cut off, changed, or the past is.

Each rebuilds through the pipeline's own `build` and compares with the table in hand, to the bit unless it says
otherwise. Forecasts are examined in `audit_forecasts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

import numpy as np
import pandas as pd

from spx_assets.errors import DataRefused
from spx_assets.features import feature_names
from spx_assets.forecasting.audit_finding import Examination, Finding, examination
from spx_assets.market import calendar
from spx_assets.market.catalogue import CATALOGUE

Build = Callable[[pd.DataFrame], pd.DataFrame]

CUTS = 40  # sessions of feature truncation, spread over the sample
REVISIONS = 12  # and those on which a revision is about to become known
PERTURBED = (0.3, 0.6, 0.9, 0.98)  # shares of the sample after which the future is changed
WARM_UP_SESSIONS = 504  # no feature may remember more than two years
ROUNDING = 1e-8  # of a feature's deviation: a running sum that begins elsewhere rounds elsewhere
TARGET = "target_"
MEAN = "historical_mean_"


@dataclass(frozen=True)
class Source:
    """Observations, the pipeline's `build` over them, and when a session decides."""

    observations: pd.DataFrame
    build: Build
    decision_time: time

    def known_by(self, session: pd.Timestamp) -> pd.DataFrame:
        """The observations known when `session` decides."""
        return self.observations[self.observations["known_at"] <= self.decided_at(session)]

    def decided_at(self, session: pd.Timestamp) -> pd.Timestamp:
        """The UTC instant at which `session` decides."""
        return calendar.decision_times(pd.DatetimeIndex([session]), at=self.decision_time)[0]


def known_at(observations: pd.DataFrame) -> Examination:
    """No observation claims to have been known before its period ended, or before the market struck it."""
    findings = []
    for name, rows in observations.groupby("series", sort=True):
        series = CATALOGUE.get(str(name))
        if series is None:
            findings.append(Finding(str(name), "not in the catalogue: nothing says when it can be known"))
            continue
        dates = pd.DatetimeIndex(rows["date"])
        ends = calendar.at_new_york(series.period_end(dates), calendar.CLOSE)
        earliest = series.known_at(dates) if series.release.is_print else ends
        early = np.asarray(pd.DatetimeIndex(rows["known_at"]) < earliest)
        if early.any():
            row = rows.iloc[int(early.argmax())]
            evidence = (
                f"known_at {row['known_at']}, possible from {earliest[int(early.argmax())]}; {early.sum():,} rows"
            )
            findings.append(Finding(f"{name} of {row['date'].date()}", evidence))
    question = "Is every observation's known_at possible: not before its period ended or its price was struck?"
    return examination("known_at", question, f"{len(observations):,} observations", findings)


def feature_truncation(source: Source, cleaned: pd.DataFrame, *, sessions: int = CUTS) -> Examination:
    """Every row up to a cut, rebuilt from what was known at the cut, is equal in every feature, to the bit."""
    findings: dict[str, Finding] = {}
    compared: set[str] = set()
    chosen = _cuts(source, cleaned, sessions)
    cells = 0
    for cut in chosen:
        again = _built(source, source.known_by(cut))
        if again is None or cut not in again.index:
            findings.setdefault("row", Finding(f"row {cut.date()}", "cannot be built from what was known that day"))
            continue
        then, now = _common(again, cleaned)
        compared |= set(then.columns)
        cells += then.size
        for finding in _differences(then, now, 0.0):
            findings.setdefault(finding.where.split(",")[0], finding)
    for name in sorted(set(feature_names(cleaned)) - compared):
        findings.setdefault(name, Finding(name, "in no table built from what was known at any cut"))
    question = "Is every row, in every feature and to the bit, what its own session could have computed?"
    looked_at = f"{cells:,} cells, {len(compared)} features, {len(chosen)} cuts"
    return examination("feature_truncation", question, looked_at, list(findings.values()))


def target_timing(source: Source, cleaned: pd.DataFrame) -> Examination:
    """A target becomes known exactly `h` sessions after its row, and what was known stays as it was."""
    findings: dict[str, Finding] = {}
    targets = [str(name) for name in cleaned if str(name).startswith(TARGET)]
    cuts = _spread(cleaned, 4)
    for cut in cuts:
        again = _built(source, source.known_by(cut))
        if again is None:
            continue
        rows = again.index.intersection(cleaned.index)
        sessions = calendar.sessions(again.index[0], cut)
        for name in targets:
            ahead = int(name.removeprefix(TARGET))
            then, now = again.loc[rows, name], cleaned.loc[rows, name]
            due = sessions.searchsorted(rows) < len(sessions) - ahead
            same = (then == now) | (then.isna() & now.isna())
            wrong = np.where(due, ~same.to_numpy(), then.notna().to_numpy())
            if wrong.any():
                at = int(wrong.argmax())
                evidence = f"{then.iloc[at]:.6g} as known on {cut.date()}, {now.iloc[at]:.6g} in the table"
                findings.setdefault(name, Finding(f"{name}, {rows[at].date()}", evidence))
    question = "Does a target become known exactly its horizon after its row, and stay?"
    return examination("target_timing", question, f"{len(targets)} targets, {len(cuts)} cuts", list(findings.values()))


def future_perturbation(source: Source, cleaned: pd.DataFrame, *, seed: int) -> Examination:
    """Whatever becomes known after a cut is changed at random: no feature up to the cut, nor known target, moves."""
    random = np.random.default_rng(seed)
    findings: dict[str, Finding] = {}
    cells = 0
    for share in PERTURBED:
        cut = pd.Timestamp(cleaned.index[int(share * (len(cleaned) - 1))])
        changed = source.observations.copy()
        later = (changed["known_at"] > source.decided_at(cut)).to_numpy()
        factor = np.exp(0.05 * random.standard_normal(int(later.sum())))
        changed.loc[later, "value"] = changed.loc[later, "value"].to_numpy() * factor
        again = _built(source, changed)
        if again is None:
            findings.setdefault("row", Finding(f"after {cut.date()}", "nothing can be built once the future differs"))
            continue
        then, now = _common(again.loc[:cut], cleaned.loc[:cut])
        cells += then.size
        for finding in _differences(then, now, 0.0):
            findings.setdefault(finding.where.split(",")[0], finding)
    question = "Do the features stay the same, to the bit, when the future is another one?"
    return examination(
        "future_perturbation", question, f"{cells:,} cells, {len(PERTURBED)} futures", list(findings.values())
    )


def warm_up(source: Source, cleaned: pd.DataFrame) -> Examination:
    """Built from a history that begins later, no row comes before its windows are full, and none differs.

    A window filled short, or one that remembers everything since the first row, shows as a difference larger than
    rounding.
    """
    findings: dict[str, Finding] = {}
    cells = 0
    for share in (0.25, 0.6):
        position = int(share * (len(cleaned) - 1))
        begins = pd.Timestamp(cleaned.index[position])
        later = source.observations[source.observations["date"] >= begins - pd.DateOffset(months=2)]
        again = _built(source, later)
        if again is None:
            continue
        # A mean of all returns remembers every one of them, as it should.
        then, now = _common(again, cleaned.drop(columns=_means(cleaned)))
        cells += then.size
        for finding in _differences(then, now, ROUNDING):
            findings.setdefault(finding.where.split(",")[0], finding)
        spare = len(cleaned) - position - WARM_UP_SESSIONS
        late = cleaned.index[-min(spare, len(cleaned))] if spare > 0 else None
        if late is not None and late not in again.index:
            evidence = f"not there with {WARM_UP_SESSIONS} sessions of history"
            findings.setdefault("row", Finding(f"row {late.date()}", evidence))
    question = f"Is each row the same with a history that begins later, and there after {WARM_UP_SESSIONS} sessions?"
    return examination("warm_up", question, f"{cells:,} cells", list(findings.values()))


def feature_canary(source: Source, cleaned: pd.DataFrame) -> Examination:
    """The outcome planted among the features must be found by truncation: else its silence means nothing."""
    target = next(str(name) for name in cleaned if str(name).startswith(TARGET))

    def planted(observations: pd.DataFrame) -> pd.DataFrame:
        made = source.build(observations)
        return made.assign(return_1=made[target].fillna(0.0))

    leaking = cleaned.assign(return_1=cleaned[target].fillna(0.0))
    caught = feature_truncation(Source(source.observations, planted, source.decision_time), leaking, sessions=6)
    named = any(finding.where.startswith("return_1") for finding in caught.findings)
    findings = [] if named else [Finding("canary", f"{target} among the features was not found by truncation")]
    question = "Is the outcome, planted among the features, found by truncation?"
    return examination("feature_canary", question, "1 planted leak", findings)


def _spread(cleaned: pd.DataFrame, count: int) -> pd.DatetimeIndex:
    position = np.unique(np.linspace(0, len(cleaned) - 1, num=count).round().astype(int))
    return pd.DatetimeIndex(cleaned.index[position])


def _cuts(source: Source, cleaned: pd.DataFrame, count: int) -> pd.DatetimeIndex:
    """Sessions spread over the sample, and the last ones before a revision became known."""
    revised = source.observations[source.observations.duplicated(["series", "date"])]["known_at"]
    decided = calendar.decision_times(pd.DatetimeIndex(cleaned.index), at=source.decision_time)
    position = np.searchsorted(decided.to_numpy(), np.sort(pd.DatetimeIndex(revised).unique().to_numpy())) - 1
    before = np.unique(position[(position >= 0) & (position < len(cleaned))])
    if len(before) > REVISIONS:
        before = before[np.linspace(0, len(before) - 1, num=REVISIONS).round().astype(int)]
    return _spread(cleaned, count).union(pd.DatetimeIndex(cleaned.index[before]))


def _built(source: Source, observations: pd.DataFrame) -> pd.DataFrame | None:
    try:
        return source.build(observations)
    except DataRefused:
        return None


def _common(again: pd.DataFrame, cleaned: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Features, and means of all returns known, of both tables, over the sessions of both."""
    rows = again.index.intersection(cleaned.index)
    names = [name for name in (*feature_names(cleaned), *_means(cleaned)) if name in again]
    return again.loc[rows, names].astype(float), cleaned.loc[rows, names].astype(float)


def _means(cleaned: pd.DataFrame) -> list[str]:
    return [str(name) for name in cleaned if str(name).startswith(MEAN)]


def _differences(then: pd.DataFrame, now: pd.DataFrame, tolerance: float) -> list[Finding]:
    """One finding per feature that differs by more than `tolerance` deviations, at its largest difference."""
    size = now.std().fillna(0.0).to_numpy() + 1e-300
    distance = (then - now).abs().to_numpy() / size
    distance = np.where(
        then.isna().to_numpy() & now.isna().to_numpy(), 0.0, np.where(np.isnan(distance), np.inf, distance)
    )
    old, new = then.to_numpy(), now.to_numpy()
    found = []
    for column, name in enumerate(then.columns):
        row = int(distance[:, column].argmax()) if len(distance) else 0
        if len(distance) and distance[row, column] > tolerance:
            evidence = f"{old[row, column]:.6g} as known then, {new[row, column]:.6g} in the table"
            found.append(Finding(f"{name}, {then.index[row].date()}", evidence))
    return found
