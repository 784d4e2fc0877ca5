"""What a worker holds."""

from __future__ import annotations

import asyncio

from spx_assets.serving.app import shared_metrics
from spx_assets.serving.service import LOOK_EVERY_S, Service
from spx_assets_tests.serving.conftest import Home


def test_a_running_service_takes_over_what_is_deployed(home: Home) -> None:
    """At one of the next looks, and it stops following when it stops."""
    service = Service.of(home.settings, shared_metrics(1))

    async def taken_over() -> str:
        async with service.running():
            version = home.deploy()
            await asyncio.sleep(3 * LOOK_EVERY_S)
            return version if service.model.version == version else ""

    assert asyncio.run(taken_over()) == service.versions.current.version
