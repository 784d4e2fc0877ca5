"""Which versions may be asked for."""

from __future__ import annotations

import asyncio

import pytest

from spx_assets.serving.app import shared_metrics
from spx_assets.serving.problems import Problem
from spx_assets.serving.service import Service
from spx_assets_tests.serving.conftest import Home


@pytest.fixture
def service(home: Home) -> Service:
    """Of the home without any model yet, keeping two versions beside the current one."""
    kept = home.settings.model_copy(update={"api_keep_models": 2})
    return Service.of(kept, shared_metrics(1))


def test_without_a_model_every_question_is_answered_503(service: Service) -> None:
    """With the way out."""
    asyncio.run(service.model.look())

    with pytest.raises(Problem) as refused:
        _ = service.versions.current
    assert (503, "1") == (refused.value.status, refused.value.headers["retry-after"])
    assert "spx run" in (refused.value.way_out or "")


def test_the_current_and_some_before_it_are_addressable(service: Service, home: Home) -> None:
    """Each answers under its own version; older ones, and ids of nothing, are not found."""
    made = [home.deploy(f"number {number}") for number in range(4)]

    async def asked() -> None:
        await service.model.look()
        assert [each.version for each in service.versions.addressable()] == made[:0:-1]
        for version in made[1:]:
            assert version == (await service.versions.at(version)).version
        assert await service.versions.at(made[1]) is await service.versions.at(made[1])
        for unknown in (made[0], "0" * 16, "../x"):
            with pytest.raises(Problem) as refused:
                await service.versions.at(unknown)
            assert refused.value.status == 404

    asyncio.run(asked())


def test_a_damaged_earlier_version_is_not_served(service: Service, home: Home) -> None:
    """503 for that version; the current one is not touched."""
    old = home.deploy("old")
    home.deploy("new")
    (home.settings.store_root / "deployed_model" / old / "horizon_1.npz").write_bytes(b"else")

    async def asked() -> None:
        await service.model.look()
        with pytest.raises(Problem) as refused:
            await service.versions.at(old)
        assert refused.value.status == 503

    asyncio.run(asked())
