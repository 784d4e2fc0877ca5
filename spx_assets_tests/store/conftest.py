"""A store in a folder of its own, and a clock that ticks once per look."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spx_assets.store import Payload, Provenance, Store


def ticking_clock() -> Callable[[], datetime]:
    """A clock that starts at the turn of 2024 and moves a second on at each look."""
    ticks = itertools.count()
    return lambda: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=next(ticks))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store that keeps three versions."""
    return Store(tmp_path / "store", keep_versions=3, clock=ticking_clock())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where `store` keeps the asset `prices`."""
    return tmp_path / "store" / "prices"


def payload(text: str) -> Payload:
    """Two files, one in a folder, that both say `text`."""
    return Payload({"prices.csv": f"close\n{text}\n".encode(), "figures/price.png": text.encode() * 3})


def committed(store: Store, *texts: str) -> tuple[str, ...]:
    """The versions of `prices` that these texts make, committed in order."""
    return tuple(store.commit("prices", payload(text), Provenance()).version for text in texts)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a ledger that does not exist yet, in a file and in a PostgreSQL database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    return str(request.getfixturevalue("postgres_schema"))
