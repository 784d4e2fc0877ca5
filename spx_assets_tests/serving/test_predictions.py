"""`/v1/predictions` on one version."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from spx_assets import artifacts
from spx_assets.home import open_store
from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.problems import Problem
from spx_assets.serving.reply import Call
from spx_assets.settings import Settings


def answered(model: ServedModel, document: Any) -> Any:
    """The document that a request document gets."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return json.loads(model.predictions.answer(Call("/v1/predictions", {}, body)).body)


def test_rows_are_answered_in_order_with_the_version(model: ServedModel, row: dict[str, float]) -> None:
    """Whatever the order of the names in a row, alone or among others."""
    core = model.predictors[5].model
    rows = [dict(zip(core.features, each, strict=True)) for each in core.golden_rows.tolist()]
    turned = [dict(reversed(each.items())) for each in rows]

    answer = answered(model, {"rows": turned, "horizon": 5, "level": 0.8})

    assert (answer["model_version"], answer["horizon"], answer["level"]) == (model.version, 5, 0.8)
    forecasts = [each["forecast"] for each in answer["predictions"]]
    assert forecasts == pytest.approx(core.golden_predictions.tolist(), rel=1e-9, abs=1e-12)
    (alone,) = answered(model, {"rows": [row]})["predictions"]
    assert alone["lower"] < alone["forecast"] < alone["upper"]


def test_the_last_session_is_answered_with_the_forecast(ran: tuple[Path, dict[str, Any]], model: ServedModel) -> None:
    """What `spx forecast` shows, at every horizon and level, for the last row of `cleaned_data`."""
    store = open_store(Settings.load({}, home=ran[0]))
    session = artifacts.table_of(store.read("cleaned_data")).iloc[-1]
    for shown in artifacts.table_of(store.read("next_forecast")).to_dict("records"):
        last = session[list(model.predictors[shown["horizon"]].model.features)].astype(float).to_dict()
        for level in (0.5, 0.9):
            (made,) = answered(model, {"rows": [last], "horizon": shown["horizon"], "level": level})["predictions"]
            expected = [shown["forecast"], *(shown[f"{bound}_{level:.0%}"[:-1]] for bound in ("lower", "upper"))]
            assert [made["forecast"], made["lower"], made["upper"]] == pytest.approx(expected, abs=1e-12)


def test_a_linear_model_explains_itself(model: ServedModel, row: dict[str, float]) -> None:
    """Baseline and contributions add up to the forecast."""
    (explained,) = answered(model, {"rows": [row], "explain": True})["predictions"]

    assert list(explained["contributions"]) == list(row)
    total = explained["baseline"] + math.fsum(explained["contributions"].values())
    assert total == pytest.approx(explained["forecast"], abs=1e-12)
    assert explained["outside_training_range"] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"horizon": 2}, "horizon"),
        ({"level": 0.42}, "level"),
        ({"rows": []}, "$.rows"),
        ({"horizon": 1.5}, "$.horizon"),
        ({"more": 1}, "$"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str, model: ServedModel, row: dict[str, float]) -> None:
    """In the request, not in a row."""
    with pytest.raises(Problem) as refused:
        answered(model, {"rows": [row], **change})

    assert (422, field) == (refused.value.status, refused.value.field)


def test_a_feature_given_twice_is_refused(model: ServedModel, row: dict[str, float]) -> None:
    """The last one does not win in silence, nor does a second `horizon`."""
    twice = json.dumps({"rows": [row]}).replace('"vix_level"', '"vix_level": 1.0, "vix_level"').encode()
    again = json.dumps({"rows": [row], "horizon": 1}).replace("}]", '}], "horizon": 5').encode()

    for body in (twice, again):
        with pytest.raises(Problem, match="twice"):
            answered(model, body)
