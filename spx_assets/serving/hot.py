"""The hot routes: which paths they are, and which version answers each. One reference is read per request.

What a body means belongs to the dialects. Work on a large body goes to a thread, so that others are answered meanwhile.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from spx_assets.serving import inference_protocol, mlflow_protocol
from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.metrics import Metrics
from spx_assets.serving.problems import Problem
from spx_assets.serving.reply import Call, Reply
from spx_assets.serving.versions import Versions

IN_THREAD_BYTES = 2**18
MOST_REMEMBERED = 256
PREDICTIONS = "/v1/predictions"
INVOCATIONS = "/invocations"
INFER = "/v2/models/{model}/infer"
INFER_VERSION = "/v2/models/{model}/versions/{version}/infer"
_INFER = re.compile(r"/v2/models/([^/]{1,64})(?:/versions/([^/]{1,64}))?/infer/?")
_MODEL = re.compile(r"spx(_[1-9][0-9]{0,2})?")
ROUTES = (("POST", PREDICTIONS), ("POST", INVOCATIONS), ("POST", INFER), ("POST", INFER_VERSION))


class Target(NamedTuple):
    """A route's number in the metrics, the version its path names, and how a version answers it."""

    route: int
    version: str | None
    answer: Callable[[ServedModel, Call], Reply]


class HotRoutes:
    """Paths to targets, and targets to answers."""

    def __init__(self, versions: Versions, metrics: Metrics) -> None:
        self._versions = versions
        self._infer_routes = metrics.route("POST", INFER), metrics.route("POST", INFER_VERSION)
        self._targets = {
            PREDICTIONS: Target(metrics.route("POST", PREDICTIONS), None, _predictions),
            INVOCATIONS: Target(metrics.route("POST", INVOCATIONS), None, _invocations),
        }
        # By what stands in a request line: targets of the version that serves, whose answer needs no waiting.
        self.plain = {path.encode(): target for path, target in self._targets.items()}

    def find(self, path: str) -> Target | None:
        """The target of a path, None when it is not hot."""
        return self._targets.get(path) or self._infer_target(path)

    async def answer(self, target: Target, call: Call) -> Reply:
        """The answer of the version that is meant."""
        served = self._versions.current if target.version is None else await self._versions.at(target.version)
        if len(call.body) > IN_THREAD_BYTES:
            return await asyncio.to_thread(target.answer, served, call)
        return target.answer(served, call)

    def _infer_target(self, path: str) -> Target | None:
        found = _INFER.fullmatch(path)
        if found is None:
            return None
        name, version = found[1], found[2]
        target = Target(self._infer_routes[version is not None], version, partial(_infer, name))
        if version is None and _MODEL.fullmatch(name) and len(self._targets) < MOST_REMEMBERED:
            self._targets[path] = self.plain[path.encode()] = target
        return target


def _predictions(served: ServedModel, call: Call) -> Reply:
    return served.predictions.answer(call)


def _invocations(served: ServedModel, call: Call) -> Reply:
    return mlflow_protocol.invoke(served.version, served.predictors, call)


def _infer(name: str, served: ServedModel, call: Call) -> Reply:
    horizon = served.horizon_of(name)
    if horizon is None:
        raise Problem(404, "There is no such model.", way_out="POST /v2/repository/index lists them.")
    return inference_protocol.infer(served.version, name, served.predictors[horizon], call)
