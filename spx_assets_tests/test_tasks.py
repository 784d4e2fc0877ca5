"""The tasks as plain functions: one after the other, values in and values out."""

from __future__ import annotations

from datetime import date

import pandas as pd

from spx_assets import tasks
from spx_assets.settings import Settings
from spx_assets_tests.product import CHEAP

SETTINGS = Settings.load({}, horizons="1,5", candidates=CHEAP)


def test_a_day_decides_at_its_close() -> None:
    """16:00 New York is 20:00 UTC in summer and 21:00 in winter; the setting moves it."""
    assert pd.Timestamp("2017-06-30 20:00", tz="UTC") == tasks.decision_instant(date(2017, 6, 30), SETTINGS)
    assert pd.Timestamp("2017-12-29 21:00", tz="UTC") == tasks.decision_instant(date(2017, 12, 29), SETTINGS)
    later = Settings.load({"SPX_DECISION_TIME": "16:30"})
    assert pd.Timestamp("2017-06-30 20:30", tz="UTC") == tasks.decision_instant(date(2017, 6, 30), later)


def test_clean_follows_horizons_and_as_of(observations: pd.DataFrame) -> None:
    """The settings decide the targets and what counts as known."""
    cleaned = tasks.clean(observations, SETTINGS.model_copy(update={"as_of": date(2016, 6, 30)}))

    assert ["target_1", "target_5"] == [name for name in cleaned.columns if name.startswith("target_")]
    assert pd.Timestamp("2016-06-30") == cleaned.index[-1]


def test_evaluate_train_forecast_and_report_fit_together(observations: pd.DataFrame, cleaned: pd.DataFrame) -> None:
    """What one task gives is what the next takes; the report speaks of the same horizons."""
    two = cleaned.drop(columns="target_21")
    said: list[str] = []

    evaluation = tasks.evaluate(two, SETTINGS, progress=lambda _share, doing: said.append(doing))
    trained = tasks.train(two, evaluation, SETTINGS, inputs={"cleaned_data": "v"})
    forecast = tasks.forecast(trained, two, model_version="m", data_version="v")
    report = tasks.report(observations, two, evaluation, trained, forecast)

    assert [1, 5] == sorted(trained.fitted) == forecast["horizon"].tolist()
    assert {"cleaned_data": "v"} == trained.card["inputs"]
    assert len(said) > 0
    assert report.pdf.startswith(b"%PDF")
