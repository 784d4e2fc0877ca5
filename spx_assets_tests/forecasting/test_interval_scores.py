"""Every level of a model's intervals, judged."""

from __future__ import annotations

from spx_assets.forecasting import interval_coverage, winkler_score
from spx_assets.forecasting.interval_scores import interval_scores
from spx_assets_tests.forecasting.conftest import Made


def test_rows_are_the_tests_of_each_level(no_skill: Made) -> None:
    """One per level, made of the functions that are tested by themselves."""
    rows = no_skill.rows(5, "ridge")

    found = interval_scores(rows)

    assert found["level"].tolist() == [0.5, 0.8, 0.9, 0.95]
    bounds = rows["realised"], rows["lower_90"], rows["upper_90"]
    expected = interval_coverage(*bounds, level=0.9, horizon=5)
    ninety = found.iloc[2]
    assert (ninety["coverage"], ninety["kupiec_p"]) == (expected.coverage, expected.kupiec.p_value)
    assert ninety["christoffersen_p"] == expected.christoffersen.p_value
    assert ninety["winkler"] == winkler_score(*bounds, level=0.9)
    assert found["mean_width"].is_monotonic_increasing
