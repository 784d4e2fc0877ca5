"""The forecast as a document."""

from __future__ import annotations

import json
import math

from spx_assets.forecasting import forecast_document, forecast_next
from spx_assets_tests.forecasting.conftest import Made


def test_it_holds_the_numbers_of_the_table(no_skill: Made) -> None:
    """Bit for bit, with one interval per level, narrowest first."""
    table = forecast_next(no_skill.trained, no_skill.cleaned, model_version="m1", data_version="d1")

    document = json.loads(forecast_document(table))

    assert (document["model_version"], document["data_version"]) == ("m1", "d1")
    assert [entry["forecast"] for entry in document["forecasts"]] == table["forecast"].tolist()
    for entry, row in zip(document["forecasts"], table.to_dict("records"), strict=True):
        assert [each["level"] for each in entry["intervals"]] == sorted(no_skill.trained.fitted[1].score_quantiles)
        assert all(each["lower"] == row[f"lower_{100 * each['level']:g}"] for each in entry["intervals"])


def test_equal_tables_give_equal_bytes_and_no_number_is_null(no_skill: Made) -> None:
    """A bound that is not known is null: NaN is no JSON."""
    table = forecast_next(no_skill.trained, no_skill.cleaned, model_version="m1", data_version="d1")
    unknown = table.assign(lower_95=math.nan)

    assert forecast_document(table) == forecast_document(table.copy())
    assert json.loads(forecast_document(unknown))["forecasts"][0]["intervals"][-1]["lower"] is None
