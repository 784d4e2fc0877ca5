"""What one worker holds: settings, the store, what it follows there, its counters, and whether it is stopping."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from spx_assets.home import open_store
from spx_assets.serving.deployment import ASSET, ServedModel, served_model
from spx_assets.serving.follower import Follower
from spx_assets.serving.metrics import Metrics
from spx_assets.serving.outlook import FORECAST_ASSET, Outlook, outlook
from spx_assets.serving.recorder import Recorder
from spx_assets.serving.versions import Versions
from spx_assets.settings import Settings
from spx_assets.store import Store

# One look is a stat of a few microseconds.
LOOK_EVERY_S = 0.5
# Compiled models take milliseconds; one that needs scikit-learn takes seconds.
READ_WITHIN_S = 0.5


@dataclass
class Service:
    """The state of one worker. Only the followers and `draining` change."""

    settings: Settings
    store: Store
    model: Follower[ServedModel]
    forecast: Follower[Outlook]
    versions: Versions
    metrics: Metrics
    recorder: Recorder
    draining: bool = False

    @classmethod
    def of(cls, settings: Settings, metrics: Metrics) -> Service:
        """The service of a home; nothing is read yet."""
        store = open_store(settings)
        model = Follower(store, settings.store_root, ASSET, served_model)
        return cls(
            settings=settings,
            store=store,
            model=model,
            forecast=Follower(store, settings.store_root, FORECAST_ASSET, outlook),
            versions=Versions(store, model, settings.api_keep_models),
            metrics=metrics,
            recorder=Recorder(settings, lambda: metrics.add("ledger_failures")),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read the model and the forecast, then follow both until the end.

        What takes long to read is waited for in the open: live, and not ready.
        """
        self.metrics.put("started_at", time.time())
        first = asyncio.gather(self.model.look(), self.forecast.look())
        await asyncio.wait([first], timeout=READ_WITHIN_S)
        following = asyncio.create_task(self._follow(first))
        try:
            yield
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
            await asyncio.to_thread(self.recorder.close)

    async def _follow(self, first: asyncio.Future[tuple[None, None]]) -> None:
        await first
        while True:
            self.metrics.put("swaps", self.model.swaps)
            self.metrics.put("load_failures", self.model.failures)
            await asyncio.sleep(LOOK_EVERY_S)
            await self.model.look()
            await self.forecast.look()
