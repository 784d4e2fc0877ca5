"""A linear model, by the formula."""

from __future__ import annotations

import numpy as np
import pytest

from spx_assets_tests.compiled.models import ROWS, line


@pytest.mark.parametrize("folded", [True, False])
def test_every_way_of_forecasting_gives_the_formula(folded: bool) -> None:
    """Many rows at once, one row folded, one row centred."""
    expected = 0.01 + 0.002 * (ROWS[:, 0] - 1) / 2 - 0.003 * (ROWS[:, 1] - 1) / 4
    form = line(folded=folded)

    np.testing.assert_allclose(form.forecast(ROWS), expected, rtol=1e-14)
    np.testing.assert_allclose([form.forecast_one(row) for row in ROWS.tolist()], expected, rtol=1e-14)


def test_contributions_add_to_the_forecast() -> None:
    """With the baseline, the forecast where every feature is at its mean."""
    form = line()
    row = ROWS[0].tolist()

    assert form.contributions(row) == pytest.approx([0.0, -0.003 / 4, 0.0])
    assert form.baseline + sum(form.contributions(row)) == pytest.approx(form.forecast_one(row), abs=1e-15)
