"""What may go: whatever dead writers left, and versions beyond the last few.

The caller holds the asset's lock. Promise: CURRENT's version never goes, and a version leaves readers' sight in one
step, before any of its files does.
"""

from __future__ import annotations

from pathlib import Path

from spx_assets.errors import ArtifactCorrupt, NotFound
from spx_assets.store import disk, read
from spx_assets.store.layout import is_orphan, version_ids
from spx_assets.store.manifest import Manifest


def orphans(folder: Path) -> None:
    """Remove what killed writers staged. Under the lock nobody else is writing, so none of it is alive."""
    for entry in sorted(folder.iterdir()):
        if is_orphan(entry.name):
            disk.remove(entry)


def old_versions(folder: Path, *, current: str | None, keep: int) -> tuple[str, ...]:
    """Remove all but the `keep` newest versions and `current`; what went, newest first. Unreadable ones go first."""
    stored = version_ids(folder)
    if len(stored) <= keep:
        return ()
    # Without the key: a store that is signed from today on must not forget in which order it grew.
    readable = tuple(record.version for record in newest_first(folder, keys=()))
    ordered = (*readable, *(version for version in stored if version not in readable))
    doomed = tuple(version for version in ordered[keep:] if version != current)
    for version in doomed:
        disk.remove(disk.set_aside(folder / version))
    return doomed


def newest_first(folder: Path, *, keys: tuple[bytes, ...]) -> tuple[Manifest, ...]:
    """The records of an asset's versions by time of creation; those that cannot be trusted are left out."""
    records = []
    for version in version_ids(folder):
        try:
            records.append(read.manifest(folder, version, keys=keys))
        except (ArtifactCorrupt, NotFound):
            continue
    return tuple(sorted(records, key=lambda record: (record.created_at, record.version), reverse=True))
