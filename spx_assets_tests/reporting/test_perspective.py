"""The result among published ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.perspective import NEELY, PUBLISHED, perspective

# Names of the authors' table, in the order of ours.
NAMES = ("TBL", "PC-ECON", "DP", "LTR", "MA(2,12)", "POOL-ECON", "PC-ALL")


def test_published_figures_are_the_authors(shared_data: Path) -> None:
    """As printed to full precision in their own file."""
    table = pd.read_csv(shared_data / "reference" / "nrtz2014_published.csv").set_index("model")["R2OS"]
    ours = [one.r2_os for one in PUBLISHED if one.source == NEELY]
    assert ours == pytest.approx([table[name] / 100 for name in NAMES], abs=5e-9)


def test_own_results_are_the_best_candidates(made: Findings) -> None:
    """One for each horizon, with its own score."""
    assert not isinstance(made.scores, Absent)
    assert not isinstance(made.perspective, Absent)
    scored = {(row.horizon, row.model): row.r2_os for row in made.scores}
    assert [one.horizon for one in made.perspective.own] == [1, 5, 21]
    assert all(scored[one.horizon, one.model] == one.r2_os for one in made.perspective.own)


def test_what_is_too_good_is_suspicious(made: Findings) -> None:
    """More than 1 % a day or 2 % a month is named; an honest result is not."""
    assert not isinstance(made.perspective, Absent)
    daily, *others = made.perspective.own
    lucky = replace(made.perspective, own=(replace(daily, r2_os=0.011), *others))
    assert [one.horizon for one in lucky.suspicious] == [1]
    assert replace(made.perspective, own=(replace(daily, r2_os=0.009),)).suspicious == ()


def test_no_scores_have_no_place() -> None:
    """The reason is passed on."""
    assert perspective(Absent("Too short.")) == Absent("Too short.")
