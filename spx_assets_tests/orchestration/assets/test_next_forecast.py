"""The asset `next_forecast`: what it records, and what it refuses to store."""

from __future__ import annotations

import pandas as pd
import pytest

from spx_assets import tasks
from spx_assets_tests.orchestration.conftest import Materialize, failed_checks, metadata_of


def test_metadata_shows_the_forecasts_and_the_word_on_skill(materialize: Materialize) -> None:
    """Origin, one row per horizon, and the plain sentence."""
    found = metadata_of(materialize("next_forecast"), "next_forecast")

    assert found["origin"].value == "2018-12-31"
    assert ["1", "5", "21"] == [record.data["horizon"] for record in found["forecasts"].records]
    assert "no skill over the historical mean" in found["skill"].value


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("forecast", float("nan"), "finite"),
        ("lower_95", 0.5, "nested_intervals"),
        ("upper_50", 0.9, "nested_intervals"),
    ],
)
def test_a_broken_forecast_is_refused(
    column: str, value: float, check: str, materialize: Materialize, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No number, or bounds that do not enclose each other."""
    honest = tasks.forecast

    def broken(*given: object, **options: object) -> pd.DataFrame:
        return honest(*given, **options).assign(**{column: value})  # type: ignore[arg-type]  # passed on as given

    monkeypatch.setattr(tasks, "forecast", broken)

    assert check in failed_checks(materialize("next_forecast"))
