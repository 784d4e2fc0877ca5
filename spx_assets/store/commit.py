"""The commit protocol: stage, fsync, manifest, fsync, rename, then move CURRENT; and moving CURRENT back.

The caller holds the asset's lock. Promise: killed between any two steps, CURRENT names the old version or the new
one, both complete; and a failed commit leaves nothing that a reader or the next commit could stumble over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from spx_assets.errors import ArtifactCorrupt, NotFound, WriteConflict
from spx_assets.store import disk, pointer, read
from spx_assets.store.layout import MANIFEST, folders_of
from spx_assets.store.manifest import Manifest
from spx_assets.store.payload import Payload


class AnyVersion(Enum):
    """The type of ANY."""

    ANY = "any"


ANY = AnyVersion.ANY
"""Commit whatever CURRENT names, even when that cannot be read."""


@dataclass(frozen=True)
class Commit:
    """The version CURRENT names now; `new` unless the same bytes were stored, and sound, already."""

    version: str
    new: bool


def commit_version(
    folder: Path,
    payload: Payload,
    record: Callable[[], Manifest],
    *,
    expected: str | AnyVersion | None,
    keys: tuple[bytes, ...],
    stay_at: str | None = None,
) -> Commit:
    """Store `payload` unless it is stored and sound, and let CURRENT name it; WriteConflict unless it named `expected`.

    `record` makes the (signed) manifest, and is asked only when something is to be written. `stay_at` is a pinned
    version, which CURRENT names whatever is stored.
    """
    current = _current_if(folder, expected)
    version = payload.version
    new = not _is_sound(folder, version, keys)
    if new and _is_sound(folder, version, ()):
        sign_again(folder, record())
    elif new:
        _store(folder, payload, record())
    named = stay_at or version
    if current != named:
        pointer.write(folder, named)
    return Commit(named, new and named == version)


def restore_version(folder: Path, version: str, *, keys: tuple[bytes, ...]) -> None:
    """Let CURRENT name a stored version, once it is verified; nothing is written when it does already."""
    read.artifact(folder, version, keys=keys)
    if _current_or_none(folder) != version:
        pointer.write(folder, version)


def _current_if(folder: Path, expected: str | AnyVersion | None) -> str | None:
    if isinstance(expected, AnyVersion):
        return _current_or_none(folder)
    if (current := pointer.read(folder)) != expected:
        raise WriteConflict(
            f"{folder.name} changed while this version of it was being made",
            evidence=f"CURRENT names {current}, not {expected}",
            way_out="Nothing was written: run again, from what is current now.",
        )
    return current


def _current_or_none(folder: Path) -> str | None:
    try:
        return pointer.read(folder)
    except ArtifactCorrupt:
        return None  # what no reader can follow, a writer may replace


def _is_sound(folder: Path, version: str, keys: tuple[bytes, ...]) -> bool:
    try:
        read.artifact(folder, version, keys=keys)
    except (ArtifactCorrupt, NotFound):
        return False
    return True


def sign_again(folder: Path, manifest: Manifest) -> None:
    """Give a version whose bytes are sound, and whose signature is not ours, its manifest anew, in one step."""
    draft = disk.hidden_name(folder)
    disk.write_new(draft, manifest.to_json())
    draft.replace(folder / manifest.version / MANIFEST)
    disk.sync_folder(folder / manifest.version)


def _store(folder: Path, payload: Payload, manifest: Manifest) -> None:
    staging = disk.hidden_name(folder)
    try:
        _stage(staging, payload, manifest)
        place = folder / manifest.version
        # Here is damage, or nothing: sound bytes are never moved out of readers' sight.
        damaged = disk.set_aside(place) if place.is_symlink() or place.exists() else None
        staging.rename(place)
    except BaseException:
        disk.remove(staging)
        raise
    disk.sync_folder(folder)
    if damaged is not None:
        disk.remove(damaged)


def _stage(staging: Path, payload: Payload, manifest: Manifest) -> None:
    staging.mkdir()
    for name in folders_of(payload.files):
        (staging / name).mkdir()
    for name, data in payload.files.items():
        disk.write_new(staging / name, data)
    disk.write_new(staging / MANIFEST, manifest.to_json())
    for name in folders_of(payload.files):
        disk.sync_folder(staging / name)
    disk.sync_folder(staging)
