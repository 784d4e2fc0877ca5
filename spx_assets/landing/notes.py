"""Small JSON notes beside the files: reasons, approvals, the journal. Each is there whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write(path: Path, note: Any) -> None:
    """Replace the note at `path` in one step; its bytes are on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with draft.open("wb") as file:
        file.write(json.dumps(note, indent=2, ensure_ascii=False, default=str).encode("utf-8", "replace") + b"\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read(path: Path) -> dict[str, Any]:
    """The note at `path`; an empty one when it is not there, or is not a note."""
    try:
        note = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}
