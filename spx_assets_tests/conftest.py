"""What many tests start from: the embedded observations and what is built from them, made once."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock

from spx_assets import features, market
from spx_assets_tests import postgres
from spx_assets_tests.product import started
from spx_assets_tests.serving.running import Running, running

NOBODY = 65534
REPOSITORY = Path(__file__).parent.parent


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder of a user without privileges, who this process is meanwhile: root reads everything."""
    with tempfile.TemporaryDirectory() as name:
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(name, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            if is_root:
                os.seteuid(0)


@pytest.fixture(scope="session")
def observations() -> pd.DataFrame:
    """Every embedded observation."""
    return market.read_source("sample", now=pd.Timestamp("2026-01-01", tz="UTC")).observations


@pytest.fixture(scope="session")
def cleaned(observations: pd.DataFrame) -> pd.DataFrame:
    """`cleaned_data` of the embedded observations."""
    return features.build(observations)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded payloads and long histories, where this checkout has one beside it."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder of recorded payloads, ../shared/data, is not here")
    return folder


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A home after one `spx run --json` on the embedded data, and what it printed. Nothing may change it.

    The processes of one pytest-xdist run share it: whoever asks first makes it, the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, printed = shared / "ran", shared / "ran.json"
    with FileLock(shared / "ran.lock"):
        if not printed.exists():
            result = started("run", "--json", home=home)
            assert result.returncode == 0, result.stderr
            printed.write_text(result.stdout)
    return home, json.loads(printed.read_text())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server on loopback, where Debian's is installed."""
    if why := postgres.missing():
        pytest.skip(why)
    with postgres.server() as address:
        yield address


@pytest.fixture
def postgres_schema(postgres_server: str) -> str:
    """The address of an empty schema on it."""
    return postgres.new_schema(postgres_server)


@pytest.fixture(scope="session")
def served(ran: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`spx serve` over the home in which everything was run once."""
    with running(ran[0], tmp_path_factory.mktemp("serve") / "log") as server:
        yield server
