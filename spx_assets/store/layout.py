"""Names and places: what an asset, a version and a file may be called, and where each lies.

    <root>/<asset>/CURRENT           one line: a version id; the only mutable file
    <root>/<asset>/<version>/        immutable: payload files and manifest.json
    <root>/<asset>/.staging-…        a version being written or removed; dead once nobody holds the lock
    <root>/<asset>/.lock             held by the one writer of the asset

Every name that becomes part of a path passes through here first, so none can leave its folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from spx_assets.errors import UsageError

MANIFEST = "manifest.json"
CURRENT = "CURRENT"
LOCK = ".lock"
STAGING = ".staging-"
CURRENT_DRAFT = ".CURRENT-"

_ASSET = re.compile(r"[a-z][a-z0-9_]{0,63}")
_VERSION = re.compile(r"[0-9a-f]{16}")
_FILE_PART = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")


def is_asset(name: str) -> bool:
    """Whether `name` may be an asset: lower-case letters, digits and underscores, a letter first."""
    return _ASSET.fullmatch(name) is not None


def is_version(name: str) -> bool:
    """Whether `name` may be a version id: 16 lower-case hexadecimal digits."""
    return _VERSION.fullmatch(name) is not None


def is_orphan(name: str) -> bool:
    """Whether `name`, seen under the asset's lock, was left by a writer that died."""
    return name.startswith((STAGING, CURRENT_DRAFT))


def checked_asset(name: str) -> str:
    """`name` itself; UsageError when it may not be an asset."""
    if not is_asset(name):
        raise UsageError(
            "That is not the name of an asset",
            evidence=repr(name)[:80],
            way_out="Names are lower-case letters, digits and underscores, such as raw_market.",
        )
    return name


def checked_version(text: str) -> str:
    """`text` itself; UsageError when it may not be a version id."""
    if not is_version(text):
        raise UsageError(
            "That is not a version id",
            evidence=repr(text)[:80],
            way_out="A version id is 16 hexadecimal digits; `spx versions` lists them.",
        )
    return text


def checked_files(names: Iterable[str]) -> tuple[str, ...]:
    """The payload's file names, sorted; UsageError when one is unsafe or two cannot stand side by side."""
    ordered = tuple(sorted(names))
    if not ordered:
        raise UsageError("A payload needs at least one file", way_out="Commit the asset's files by name.")
    for name in ordered:
        if not _is_file(name):
            raise UsageError(
                "That is not a payload file name",
                evidence=repr(name)[:120],
                way_out="Use letters, digits, '.', '-' and '_', in at most one folder: figures/price.png.",
            )
    _refuse_collisions(ordered)
    return ordered


def folders_of(names: Iterable[str]) -> tuple[str, ...]:
    """The folders that hold `names`, sorted, without the version's own."""
    return tuple(sorted({name.partition("/")[0] for name in names if "/" in name}))


def version_ids(folder: Path) -> tuple[str, ...]:
    """Everything in an asset's folder that calls itself a version, sorted; nothing when there is no folder."""
    try:
        return tuple(sorted(entry.name for entry in folder.iterdir() if is_version(entry.name)))
    except FileNotFoundError:
        return ()


def _is_file(name: str) -> bool:
    parts = name.split("/")
    safe = len(parts) <= 2 and all(_FILE_PART.fullmatch(part) for part in parts)
    return safe and name.casefold() != MANIFEST


def _refuse_collisions(names: tuple[str, ...]) -> None:
    # Some file systems fold case: A.png and a.png would be one file there, and the store could not be copied.
    # Folders count too, so that no file bears a folder's name and no folder comes in two spellings.
    taken: dict[str, str] = {}
    for name in (*names, *folders_of(names)):
        other = taken.setdefault(name.casefold(), name)
        if other != name or (name in folders_of(names) and name in names):
            raise UsageError(
                "Two payload files share a name",
                evidence=f"{other!r} and {name!r}",
                way_out="Names must differ in more than case, and a folder must not be named like a file.",
            )
