"""`/invocations`."""

from __future__ import annotations

import json
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest

from spx_assets.serving.deployment import ServedModel
from spx_assets_tests.serving.running import Running


@pytest.fixture
def table(model: ServedModel) -> pd.DataFrame:
    """Rows of features, their columns not in the model's order."""
    core = model.first.model
    return pd.DataFrame(core.golden_rows, columns=list(core.features)).iloc[:, ::-1]


def forms(table: pd.DataFrame) -> dict[str, Any]:
    """A table in every JSON form that MLflow's client sends."""
    ordered = table.iloc[:, ::-1]
    return {
        "dataframe_split": table.to_dict("split"),
        "dataframe_records": table.to_dict("records"),
        "instances": ordered.to_numpy().tolist(),
        "inputs": table.to_dict("list"),
    }


@pytest.mark.parametrize("form", ["dataframe_split", "dataframe_records", "instances", "inputs"])
def test_every_form_gets_the_same_predictions(
    form: str, table: pd.DataFrame, served: Running, model: ServedModel
) -> None:
    """Columns matched by name; `params` beside them chooses the horizon; the version is a header."""
    for horizon in (1, 5):
        answer = served.post("/invocations", {form: forms(table)[form], "params": {"horizon": horizon}})
        assert answer.status_code == 200, answer.text
        expected = model.predictors[horizon].model.golden_predictions
        np.testing.assert_allclose(answer.json()["predictions"], expected, rtol=1e-9, atol=1e-12)
        assert answer.headers["x-model-version"] == model.version


def test_records_and_lists_stand_in_for_each_other(table: pd.DataFrame, served: Running) -> None:
    """`instances` of records, `inputs` of lists, one row alone."""
    one = table.head(1)
    records = served.post("/invocations", {"instances": one.to_dict("records")}).json()
    lists = served.post("/invocations", {"inputs": one.iloc[:, ::-1].to_numpy().tolist()}).json()

    assert records == lists
    assert len(records["predictions"]) == 1


def test_a_key_given_twice_is_refused_in_every_form(table: pd.DataFrame, served: Running) -> None:
    """Around the data, in a table, in a record, among columns and parameters."""
    one = {form: json.dumps({form: data}) for form, data in forms(table.head(1)).items()}
    name = json.dumps(table.columns[0])
    twice = [
        one["instances"].replace("{", '{"instances": [], ', 1),
        one["dataframe_split"].replace('"data":', '"data": [], "data":'),
        one["dataframe_records"].replace(f"{name}:", f"{name}: 1.0, {name}:"),
        one["inputs"].replace(f"{name}:", f"{name}: [1.0], {name}:"),
        one["inputs"].replace("{", '{"params": {"horizon": 1, "horizon": 5}, ', 1),
    ]

    for text in one.values():
        assert sent(served, text, "application/json").status_code == 200
    for text in twice:
        answer = sent(served, text, "application/json")
        assert (400, "An object gives the same key twice.") == (answer.status_code, answer.json()["detail"]), text


def sent(served: Running, text: str | bytes, kind: str = "text/csv") -> httpx.Response:
    """POST a body of that type."""
    return httpx.post(f"{served.url}/invocations", content=text, headers={"content-type": kind})


def test_csv_is_a_header_and_rows(table: pd.DataFrame, served: Running, model: ServedModel) -> None:
    """Every digit counts; other encodings are 415."""
    answer = sent(served, table.to_csv(index=False))

    expected = model.first.model.golden_predictions
    np.testing.assert_allclose(answer.json()["predictions"], expected, rtol=1e-9, atol=1e-12)
    assert sent(served, table.to_csv(index=False), "text/csv; charset=latin-1").status_code == 415
    assert sent(served, b"\xff\xfe").status_code == 400


def test_what_is_wrong_is_400_with_mlflows_fields(table: pd.DataFrame, served: Running) -> None:
    """Missing, foreign and doubled columns, no data, two forms, unknown parameters, cells that are no number."""
    split = table.to_dict("split")
    doubled = {**split, "columns": [*split["columns"][:-1], split["columns"][0]]}
    wrong: list[Any] = [
        {"dataframe_split": {**split, "columns": split["columns"][1:]}},
        {"dataframe_split": doubled},
        {"dataframe_records": [{**table.to_dict("records")[0], "session": 1.0}]},
        {"instances": [[1.0]]},
        {"instances": [[None] * table.shape[1]]},
        {"inputs": {**table.to_dict("list"), table.columns[0]: [1.0]}},
        {},
        {"instances": [], "inputs": []},
        {"dataframe_split": split, "instances": [[1.0]]},
        {"dataframe_split": split, "params": {"horizon": 2}},
        {"dataframe_split": split, "params": {"temperature": 1}},
    ]

    for document in wrong:
        answer = served.post("/invocations", document)
        assert (400, "BAD_REQUEST") == (answer.status_code, answer.json()["error_code"]), document
    for text in ("", "a,b\n1,2\n", table.to_csv(index=False).replace("0.", "nan", 1)):
        assert sent(served, text).status_code == 400
