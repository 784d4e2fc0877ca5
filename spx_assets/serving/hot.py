"""The hot routes: which paths they are, and which version answers each. One reference is read per request.

What a body means belongs to the dialects. Work on a large body goes to a thread, so that others are answered meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from spx_assets.serving.deployment import ServedModel
from spx_assets.serving.metrics import Metrics
from spx_assets.serving.reply import Call, Reply
from spx_assets.serving.versions import Versions

IN_THREAD_BYTES = 2**18
MOST_REMEMBERED = 256
PREDICTIONS = "/v1/predictions"
INVOCATIONS = "/invocations"
INFER = "/v2/models/{model}/infer"
INFER_VERSION = "/v2/models/{model}/versions/{version}/infer"
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
        self._metrics = metrics
        self._targets = {
            PREDICTIONS: Target(metrics.route("POST", PREDICTIONS), None, _predictions),
        }
        # By what stands in a request line: targets of the version that serves, whose answer needs no waiting.
        self.plain = {path.encode(): target for path, target in self._targets.items()}

    def find(self, path: str) -> Target | None:
        """The target of a path, None when it is not hot."""
        return self._targets.get(path)

    async def answer(self, target: Target, call: Call) -> Reply:
        """The answer of the version that is meant."""
        served = self._versions.current if target.version is None else await self._versions.at(target.version)
        if len(call.body) > IN_THREAD_BYTES:
            return await asyncio.to_thread(target.answer, served, call)
        return target.answer(served, call)


def _predictions(served: ServedModel, call: Call) -> Reply:
    return served.predictions.answer(call)
