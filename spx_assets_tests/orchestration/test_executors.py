"""The executor is one interpreter unless the setting says otherwise."""

from __future__ import annotations

import pytest

from spx_assets.orchestration.executors import executor
from spx_assets.settings import Settings


@pytest.mark.parametrize("name", ["in_process", "multiprocess"])
def test_the_setting_names_the_executor(name: str) -> None:
    """SPX_EXECUTOR chooses between one interpreter and one process per step."""
    assert executor(Settings.load({"SPX_EXECUTOR": name})).name == name
