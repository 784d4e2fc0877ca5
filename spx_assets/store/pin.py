"""Pins: an asset that a person rolled back stays at that version, whatever is committed, until it is released.

    <root>/<asset>/pins/000001.json      immutable, one per event, in order: pinned with a reason, or released

The last event counts; CURRENT stays the only mutable file. The caller of `record` holds the asset's lock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from spx_assets.errors import ArtifactCorrupt
from spx_assets.store import disk
from spx_assets.store.layout import is_version

FOLDER = "pins"
LIMIT_BYTES = 20_000


@dataclass(frozen=True)
class Pin:
    """The version that stays current, why, since when (ISO 8601, UTC), and who said so."""

    version: str
    reason: str
    at: str
    by: str


def current(folder: Path) -> Pin | None:
    """The pin of the asset in `folder`, None when there is none; ArtifactCorrupt when its record is damaged."""
    events = _events(folder)
    if not events:
        return None
    try:
        return _pin(json.loads(disk.read_regular(events[-1], limit=LIMIT_BYTES)))
    except (ValueError, TypeError, KeyError, disk.NotRegular) as error:
        raise ArtifactCorrupt(
            f"The pin of {folder.name} cannot be read",
            evidence=f"{events[-1]}: {error}",
            way_out=f"`spx rollback {folder.name} VERSION --reason …` pins again, "
            f"`spx rollback {folder.name} --release` ends it.",
        ) from error


def record(folder: Path, pin: Pin | None, *, at: datetime, by: str) -> None:
    """Note that `pin` holds from now on, or for None that nothing is pinned any more."""
    place = folder / FOLDER
    disk.make_folder(place)
    events = _events(folder)
    number = int(events[-1].stem) + 1 if events else 1
    event: dict[str, Any] = {"released": {"at": at.isoformat(timespec="seconds"), "by": by}}
    if pin is not None:
        event = {"pinned": asdict(pin)}
    draft = disk.hidden_name(folder)
    disk.write_new(draft, (json.dumps(event, indent=1) + "\n").encode())
    draft.rename(place / f"{number:06d}.json")
    disk.sync_folder(place)


def _pin(event: Mapping[str, Any]) -> Pin | None:
    if "pinned" not in event:
        event["released"]["at"]  # anything else is no event of ours
        return None
    pin = Pin(**event["pinned"])
    if not is_version(pin.version) or not all(isinstance(value, str) for value in asdict(pin).values()):
        raise ValueError("it names no version")
    return pin


def _events(folder: Path) -> list[Path]:
    try:
        return sorted(
            entry for entry in (folder / FOLDER).iterdir() if entry.suffix == ".json" and entry.stem.isdigit()
        )
    except FileNotFoundError:
        return []
