"""`POST /v1/predictions`: rows by feature name in, forecasts with intervals out, in order.

One request type is made per version from its features, so that decoding a request is checking it. Linear models explain
themselves on request: `contributions` add up with `baseline` to the forecast.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType
from msgspec.structs import astuple

from spx_assets.serving.media_types import require_json
from spx_assets.serving.predictor import Predictor
from spx_assets.serving.problems import Problem
from spx_assets.serving.reply import Call, Reply
from spx_assets.serving.strict_json import decoded, refuse_duplicate_keys

MOST_EXPLAINED = 1000
_encode = msgspec.json.Encoder().encode


class Prediction(msgspec.Struct):
    """Log returns; bounds are null where too few errors are known for the interval."""

    forecast: float
    lower: float
    upper: float


class Explained(Prediction):
    """A prediction taken apart; baseline and contributions are null where the model is not linear."""

    baseline: float | None
    contributions: dict[str, float] | None
    outside_training_range: list[str]


class _Horizon(msgspec.Struct):
    horizon: int | UnsetType = UNSET


class Predictions:
    """The dialect for one version."""

    def __init__(self, version: str, predictors: Mapping[int, Predictor]) -> None:
        self._version = version
        self._predictors = predictors
        self._first = min(predictors)
        self._decoders = {
            features: msgspec.json.Decoder(request_type(features))
            for features in dict.fromkeys(each.model.features for each in predictors.values())
        }
        self._only = next(iter(self._decoders.values())) if len(self._decoders) == 1 else None
        self._usual = msgspec.json.Decoder(_usual_request(list(predictors.values()))) if self._only else None
        self._heads: dict[tuple[int, float], tuple[Predictor, float, bytes]] = {}

    def answer(self, call: Call) -> Reply:
        """The predictions asked for; Problem when the request is not sound."""
        body = call.body
        require_json(call.headers.get(b"content-type", b""))
        asked, is_usual = self._asked(body)
        rows, horizon, level, explain = asked.rows, asked.horizon, asked.level, asked.explain
        given = 4 - (horizon is UNSET) - (level is UNSET) - (explain is UNSET)
        width = len(rows[0].__struct_fields__)
        if body.count(b":") != given + width * len(rows) or b"\\" in body:
            refuse_duplicate_keys(body, -1)
        predictor, quantile, head = self._head(horizon, level)
        if len(rows) == 1:
            row = astuple(rows[0])
            warnings = [] if is_usual else predictor.warnings_of_one(row)
            made: Sequence[Prediction] = [Prediction(*predictor.one(row, quantile))]
        else:
            flat = chain.from_iterable(map(astuple, rows))
            matrix = np.fromiter(flat, np.float64, len(rows) * width).reshape(len(rows), width)
            warnings = [] if is_usual else predictor.warnings(matrix)
            band = predictor.many(matrix, quantile)
            made = list(map(Prediction, band.forecast.tolist(), band.lower.tolist(), band.upper.tolist()))
        if explain is True:
            made = _explained(predictor, rows, quantile)
        ending = b',"warnings":' + _encode(warnings) + b"}" if warnings else b"}"
        return Reply(200, head + _encode(made) + ending, rows=len(rows))

    def _asked(self, body: bytes) -> tuple[Any, bool]:
        """The request, and whether every number in it is known to lie within its range in training."""
        if self._usual is not None:
            try:
                return self._usual.decode(body), True
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                pass  # out of range, or not sound: what it is, the other decoder says
        return decoded(self._only or self._decoder(body), body), False

    def _decoder(self, body: bytes) -> msgspec.json.Decoder[Any]:
        """The decoder for the features of the horizon that a request asks for, where they differ by horizon."""
        horizon = decoded(msgspec.json.Decoder(_Horizon), body).horizon
        return self._decoders[self._predictor(horizon).model.features]

    def _predictor(self, horizon: int | UnsetType) -> Predictor:
        found = self._predictors.get(self._first if horizon is UNSET else horizon)
        if found is None:
            known = ", ".join(map(str, self._predictors))
            raise Problem(422, "There is no model for that horizon.", field="horizon", way_out=f"Give {known}.")
        return found

    def _head(self, horizon: int | UnsetType, level: float | UnsetType) -> tuple[Predictor, float, bytes]:
        """Predictor, score quantile and the beginning of the answer; kept for every horizon and level there is."""
        key = (self._first if horizon is UNSET else horizon, -1.0 if level is UNSET else level)
        known = self._heads.get(key)
        if known is None:
            predictor = self._predictor(horizon)
            chosen = predictor.usual_level if level is UNSET else level
            quantile = predictor.quantile(chosen)
            start = {"model_version": self._version, "horizon": predictor.model.horizon, "level": chosen}
            known = self._heads[key] = (predictor, quantile, _encode(start)[:-1] + b',"predictions":')
        return known


def _usual_request(predictors: Sequence[Predictor]) -> type[msgspec.Struct]:
    """The request whose numbers lie within the range in training of every horizon: so that decoding it checks that."""
    low = np.max([each.training_range[0] for each in predictors], axis=0).tolist()
    high = np.min([each.training_range[1] for each in predictors], axis=0).tolist()
    kinds = [
        Annotated[float, msgspec.Meta(ge=least, le=most)] if math.isfinite(least + most) else float
        for least, most in zip(low, high, strict=True)
    ]
    return request_type(predictors[0].model.features, kinds)


def request_type(features: Sequence[str], kinds: Sequence[Any] = ()) -> type[msgspec.Struct]:
    """The request for a model of these features: every one of them a finite number, and nothing else.

    `kinds` may bound the numbers more narrowly, feature by feature.
    """
    fields = [f"f{number}" for number in range(len(features))]
    row = msgspec.defstruct(
        "Row",
        list(zip(fields, kinds or [float] * len(fields), strict=True)),
        rename=dict(zip(fields, features, strict=True)),
        forbid_unknown_fields=True,
        gc=False,
    )
    rows = Annotated[list[row], msgspec.Meta(min_length=1)]  # type: ignore[valid-type]
    return msgspec.defstruct(
        "PredictionRequest",
        [
            ("rows", rows),
            ("horizon", int | UnsetType, UNSET),
            ("level", float | UnsetType, UNSET),
            ("explain", bool | UnsetType, UNSET),
        ],
        forbid_unknown_fields=True,
    )


def _explained(predictor: Predictor, rows: Sequence[Any], quantile: float) -> list[Explained]:
    if len(rows) > MOST_EXPLAINED:
        raise Problem(422, f"At most {MOST_EXPLAINED} rows are explained at a time.", field="rows")
    values = [astuple(row) for row in rows]
    return [
        Explained(
            *predictor.one(row, quantile),
            baseline=predictor.model.baseline,
            contributions=predictor.model.contributions(row),
            outside_training_range=predictor.outside(row),
        )
        for row in values
    ]
