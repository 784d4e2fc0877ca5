"""The whole leakage audit: nothing is found in what ships. Planted leaks are in the modules of its two halves."""

from __future__ import annotations

import pandas as pd

from spx_assets.forecasting import leakage_audit
from spx_assets_tests.forecasting.leaks import honest_build, honest_evaluate, revised


def test_nothing_is_found_in_what_ships(observations: pd.DataFrame) -> None:
    """Features, targets, forecasts and release dates, revisions included."""
    vintages = revised(observations)
    cleaned = honest_build(vintages)
    evaluation = honest_evaluate(cleaned, (1, 5))

    found = leakage_audit(vintages, cleaned, evaluation, build=honest_build, evaluate=honest_evaluate, sessions=12)

    assert found.findings == ()
    assert found.passed
    assert [row["passed"] for row in found.record] == [True] * 11
