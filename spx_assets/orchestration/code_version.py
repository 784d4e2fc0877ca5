"""The code version of an asset: a digest over the source of the rooms that compute it.

A changed formula changes the version, and Dagster marks what it made as stale; nobody has to remember
to count a number up.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files


@cache
def code_version(*rooms: str) -> str:
    """12 hex characters over every Python source of `spx_assets.<room>`, in order of path."""
    digest = hashlib.sha256()
    for room in sorted(rooms):
        digest.update(room.encode())
        for name, source in sorted(_sources(files("spx_assets").joinpath(room), room)):
            digest.update(name.encode())
            digest.update(source)
    return digest.hexdigest()[:12]


def _sources(folder: object, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():  # type: ignore[attr-defined]  # Traversable, of importlib.resources
        if entry.is_dir():
            found += _sources(entry, f"{prefix}/{entry.name}")
        elif entry.name.endswith(".py"):
            found.append((f"{prefix}/{entry.name}", entry.read_bytes()))
    return found
