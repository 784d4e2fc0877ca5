"""From tables to findings."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent


def test_whole_tables_leave_nothing_absent(made: Findings) -> None:
    """Every part of the findings is made, but for rolling years, which two years of forecasts do not fill."""
    assert [part.name for part in fields(made) if isinstance(getattr(made, part.name), Absent)] == ["rolling_skill"]


def test_what_cannot_be_made_is_a_sentence(bare: Findings) -> None:
    """Without forecasts, card or outlook the parts that need them are sentences; the rest is there."""
    absent = {part.name for part in fields(bare) if isinstance(getattr(bare, part.name), Absent)}
    assert absent == {
        "outlook",
        "scores",
        "errors",
        "comparisons",
        "stretches",
        "rolling_skill",
        "worth",
        "tracks",
        "best_tracks",
        "trust",
        "calibration",
        "rolling_coverage",
        "coefficients",
        "usage",
        "leakage",
        "perspective",
    }
    assert all(getattr(bare, name).sentence.endswith(".") for name in absent)


def test_findings_are_frozen(made: Findings) -> None:
    """Nobody changes what was found."""
    with pytest.raises(FrozenInstanceError):
        made.outlook = Absent("no")  # type: ignore[misc] # the point of the test


def test_best_tracks_are_of_the_best_candidate(made: Findings) -> None:
    """The scatter shows the candidate with the lowest squared error, whatever is deployed."""
    assert not isinstance(made.best_tracks, Absent)
    assert not isinstance(made.scores, Absent)
    for track in made.best_tracks:
        rivals = [row for row in made.scores if row.horizon == track.horizon and not row.benchmark]
        assert track.model == min(rivals, key=lambda row: row.rmse).model
