"""MLflow's scoring protocol, `POST /invocations`: a table or a list in, `{"predictions": […]}` out.

`dataframe_split`, `dataframe_records`, `instances` and `inputs` in JSON, or CSV with a header line. Columns are matched
by name, in any order; lists without names are in the order of the model's features. `params` may name a `horizon`.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from spx_assets.serving.media_types import CSV_TYPE, JSON_TYPE, media_type
from spx_assets.serving.predictor import Predictor
from spx_assets.serving.problems import Problem, in_short, plain_names
from spx_assets.serving.reply import JSON, Call, Reply
from spx_assets.serving.strict_json import decoded, keys_of, refuse_duplicate_keys

FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
Rows = list[list[float]]
_encode = msgspec.json.Encoder().encode
_RECORDS = msgspec.json.Decoder(list[dict[str, float]])
_LISTS = msgspec.json.Decoder(Rows)
_COLUMNS = msgspec.json.Decoder(dict[str, list[float]])


class Split(msgspec.Struct, forbid_unknown_fields=True):
    """A table as pandas writes it with `orient="split"`."""

    data: Rows
    columns: list[str] | None = None
    index: list[Any] = []


class Invocation(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON of a request: exactly one of the four forms."""

    dataframe_split: Split | None = None
    dataframe_records: msgspec.Raw = msgspec.Raw(b"")
    instances: msgspec.Raw = msgspec.Raw(b"")
    inputs: msgspec.Raw = msgspec.Raw(b"")
    params: dict[str, Any] | None = None


_DECODER = msgspec.json.Decoder(Invocation)


def invoke(version: str, predictors: Mapping[int, Predictor], call: Call) -> Reply:
    """The answer to one request; Problem when it is not sound."""
    kind = media_type(call.headers.get(b"content-type", b"application/json"), (JSON_TYPE, CSV_TYPE))
    if kind == CSV_TYPE:
        predictor = predictors[min(predictors)]
        rows = _from_csv(call.body, predictor.model.features)
    else:
        request = decoded(_DECODER, call.body)
        predictor = _predictor(predictors, request.params or {})
        rows, keys = _from_json(request, predictor.model.features)
        refuse_duplicate_keys(call.body, 1 + keys + (request.params is not None) + keys_of(request.params))
    if not rows:
        raise Problem(422, "There are no rows.")
    if len(rows) == 1:
        warnings = predictor.warnings_of_one(rows[0])
        forecasts = [predictor.one(rows[0], math.nan)[0]]
    else:
        matrix = np.array(rows, dtype=np.float64)
        warnings = predictor.warnings(matrix)
        forecasts = predictor.many(matrix, math.nan).forecast.tolist()
    document = {"predictions": forecasts, **({"warnings": warnings} if warnings else {})}
    return Reply(200, _encode(document), (*JSON, (b"x-model-version", version.encode())), len(rows))


def _predictor(predictors: Mapping[int, Predictor], params: Mapping[str, Any]) -> Predictor:
    if unknown := params.keys() - {"horizon"}:
        names = plain_names(sorted(unknown))
        raise Problem(422, f"Unknown parameter: {names}.", field="params", way_out="Only horizon is known.")
    horizon = params.get("horizon", min(predictors))
    if type(horizon) is not int or horizon not in predictors:
        known = ", ".join(map(str, predictors))
        raise Problem(422, "There is no model for that horizon.", field="params.horizon", way_out=f"Give {known}.")
    return predictors[horizon]


def _from_json(request: Invocation, features: Sequence[str]) -> tuple[Rows, int]:
    """The rows, and the keys and colons in strings of the form that they came in."""
    given = [form for form in FORMS if getattr(request, form)]
    if len(given) != 1:
        raise Problem(422, "Exactly one form of data is needed.", way_out=f"Send one of {', '.join(FORMS)}.")
    split = request.dataframe_split
    if split is not None:
        keys = 1 + (split.columns is not None) + keys_of(split.columns) + bool(split.index) + keys_of(split.index)
        return _ordered(split.columns or features, split.data, features, "dataframe_split"), keys
    (form,) = given
    text, names = bytes(getattr(request, form)), keys_of(dict.fromkeys(features))
    begins = text[:64].replace(b" ", b"").replace(b"\n", b"")
    try:
        if begins.startswith(b"{") and form == "inputs":
            columns = decoded(_COLUMNS, text)
            return _from_columns(columns, features), names
        if begins.startswith(b"[{") or form == "dataframe_records":
            records = decoded(_RECORDS, text)
            return _from_records(records, features, form), names * len(records)
        return _ordered(features, decoded(_LISTS, text), features, form), 0
    except Problem as problem:
        raise Problem(
            problem.status, problem.detail, field=(problem.field or "$").replace("$", form, 1), way_out=problem.way_out
        ) from None


def _from_columns(columns: Mapping[str, list[float]], features: Sequence[str]) -> Rows:
    if len({len(column) for column in columns.values()}) > 1:
        raise Problem(422, "The columns are not of one length.")
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    return _ordered(list(columns), rows, features, "$")


def _from_records(records: Sequence[Mapping[str, float]], features: Sequence[str], field: str) -> Rows:
    known = set(features)
    for number, record in enumerate(records):
        if record.keys() != known:
            raise _wrong_columns(record, features, f"{field}[{number}]")
    return [[record[name] for name in features] for record in records]


def _from_csv(body: bytes, features: Sequence[str]) -> Rows:
    try:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise Problem(400, "The body is not CSV in UTF-8.") from None
    if not lines:
        raise Problem(422, "There is no header line.")
    rows = [[_number(cell, number) for cell in line] for number, line in enumerate(lines[1:], start=2) if line]
    return _ordered(lines[0], rows, features, "csv")


def _number(cell: str, line: int) -> float:
    try:
        value = float(cell) if "_" not in cell else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Problem(422, "A cell is not a finite number.", field=f"line {line}")
    return value


def _ordered(columns: Sequence[str], rows: Rows, features: Sequence[str], field: str) -> Rows:
    """Rows in the order of the features, of columns that are exactly these."""
    if len(columns) != len(features) or set(columns) != set(features):
        raise _wrong_columns(columns, features, field)
    for number, row in enumerate(rows):
        if len(row) != len(columns):
            raise Problem(422, f"A row has {len(row)} values, not {len(columns)}.", field=f"{field}, row {number}")
    if list(columns) == list(features):
        return rows
    places = [list(columns).index(name) for name in features]
    return [[row[place] for place in places] for row in rows]


def _wrong_columns(columns: Any, features: Sequence[str], field: str) -> Problem:
    missing = [name for name in features if name not in columns]
    extra = [name for name in columns if name not in features]
    twice = [name for name in features if list(columns).count(name) > 1]
    parts = (
        ("Missing features", in_short(missing)),
        ("unknown columns", plain_names(extra)),
        ("given twice", in_short(twice)),
    )
    said = "; ".join(f"{what}: {names}" for what, names in parts if names)
    hint = f"Add {in_short(missing)}." if missing else "Leave out what is no feature."
    return Problem(422, f"{said[0].upper()}{said[1:]}.", field=field, way_out=hint)
