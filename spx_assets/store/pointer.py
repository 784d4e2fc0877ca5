"""CURRENT: the one mutable file of an asset, one line that names a version; and stable paths to what it names.

Which version it should name is decided in `commit`. Promise: a reader sees the old line or the new one, never less.
The links only follow: whoever must know that bytes are verified reads through the store.
"""

from __future__ import annotations

import os
import secrets
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


def link(folder: Path, version: str, links: Path) -> None:
    """Let `links/<asset>` lead to a version's folder, and `links/<asset>.<format>` to its file of that name.

    Each link is replaced in one step. Files that a version does not have any more lose theirs.
    """
    links.mkdir(exist_ok=True)
    _replace_link(links / folder.name, Path(os.path.relpath(folder / version, links)))
    for file in (folder / version).glob(f"{folder.name}.*"):
        _replace_link(links / file.name, Path(folder.name, file.name))
    for stale in links.glob(f"{folder.name}.*"):
        if stale.is_symlink() and not stale.exists():
            stale.unlink()


def _replace_link(place: Path, target: Path) -> None:
    if place.is_symlink() and place.readlink() == target:
        return
    draft = place.with_name(f".{place.name}-{secrets.token_hex(4)}")
    draft.symlink_to(target)
    try:
        draft.replace(place)
    except OSError:
        draft.unlink()
        raise


def _refusal(folder: Path, evidence: str) -> ArtifactCorrupt:
    return ArtifactCorrupt(
        f"CURRENT of {folder.name} does not name a version",
        evidence=evidence,
        way_out=f"`spx versions {folder.name}` lists the versions; `spx rollback {folder.name} VERSION` names one.",
    )
