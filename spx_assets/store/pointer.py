"""CURRENT: the one mutable file of an asset, one line that names a version.

Which version it should name is decided in `commit`. Promise: a reader sees the old line or the new one, never less.
"""

from __future__ import annotations

import os
from pathlib import Path

from spx_assets.errors import ArtifactCorrupt
from spx_assets.store import disk
from spx_assets.store.layout import CURRENT, CURRENT_DRAFT, is_version

_LINE_BYTES = 17


def read(folder: Path) -> str | None:
    """The version CURRENT names, None when there is no CURRENT; ArtifactCorrupt when it holds anything else."""
    try:
        data = disk.read_regular(folder / CURRENT, limit=_LINE_BYTES)
    except FileNotFoundError:
        return None
    except disk.NotRegular as error:
        raise _refusal(folder, "it is not a plain file") from error
    line = data.decode("ascii", errors="replace")
    if len(data) != _LINE_BYTES or not line.endswith("\n") or not is_version(line[:-1]):
        raise _refusal(folder, f"it starts with {data[:24]!r}, not with a version id alone on one line")
    return line[:-1]


def write(folder: Path, version: str) -> None:
    """Let CURRENT name `version`, in one step that survives a power failure. The caller holds the lock."""
    draft = disk.hidden_name(folder, CURRENT_DRAFT)
    try:
        disk.write_new(draft, f"{version}\n".encode("ascii"))
        os.replace(draft, folder / CURRENT)  # noqa: PTH105  # beside os.fsync: the calls of the protocol, as the kernel sees them
    except BaseException:
        disk.remove(draft)
        raise
    disk.sync_folder(folder)


def _refusal(folder: Path, evidence: str) -> ArtifactCorrupt:
    return ArtifactCorrupt(
        f"CURRENT of {folder.name} does not name a version",
        evidence=evidence,
        way_out=f"`spx versions {folder.name}` lists the versions; `spx rollback {folder.name} VERSION` names one.",
    )
