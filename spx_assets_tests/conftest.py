"""What many tests start from: the embedded observations and what is built from them, made once."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock

from spx_assets import features, market
from spx_assets_tests import postgres, product
from spx_assets_tests.product import started
from spx_assets_tests.serving.running import Running, running

NOBODY = 65534
REPOSITORY = Path(__file__).parent.parent


def pytest_configure() -> None:
    """Processes that tests start obey Ctrl-C and stop: a shell's background job ignores them, and hands that on."""
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


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
def ran(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> tuple[Path, dict[str, Any]]:
    """A home after one `spx run --json` on the embedded data, and what it printed. Nothing may change it.

    The processes of one pytest-xdist run share it: whoever asks first makes it, the others wait. A later run of the
    suite copies it while every byte that made it is the same; `pytest --cache-clear` makes it anew.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, printed = shared / "ran" / "home", shared / "ran" / "printed.json"
    cache = getattr(pytestconfig, "cache", None)  # none with `-p no:cacheprovider`
    cached = cache.mkdir("ran") if cache else shared / "cached"
    with FileLock(cached.with_name("ran.lock")):
        if not printed.exists():
            kept = cached / _digest_of_a_run()
            if kept.is_dir():
                shutil.copytree(kept, shared / "ran", symlinks=True)
            else:
                result = started("run", "--json", home=home)
                assert result.returncode == 0, result.stderr
                printed.write_text(result.stdout)
                _keep(shared / "ran", kept)
    return home, json.loads(printed.read_text())


def _digest_of_a_run() -> str:
    """The digest of what the shared home is made by: the day, the interpreter, the installed packages, the sources."""
    installed = sorted(f"{one.name} {one.version}" for one in distributions())
    sources = [path for path in (REPOSITORY / "spx_assets").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    today = pd.Timestamp.now(tz="UTC").date()
    digest = hashlib.sha256(f"{today} {sys.version} {platform.machine()} {installed}".encode())
    for path in (Path(product.__file__), *sorted(sources)):
        digest.update(f"{path.relative_to(REPOSITORY)} {hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()


def _keep(made: Path, kept: Path) -> None:
    """Keep what was made, whole or not at all, in place of what was kept before."""
    kept.parent.mkdir(exist_ok=True)
    for old in kept.parent.iterdir():
        shutil.rmtree(old, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(dir=kept.parent))
    shutil.copytree(made, unfinished, dirs_exist_ok=True, symlinks=True)
    unfinished.replace(kept)


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
