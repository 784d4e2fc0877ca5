"""From a version's folder to verified bytes.

Each file is read once, and the bytes that were verified are the bytes returned. Promise: a complete version exactly
as it was committed, or an error that says what is wrong with it. Nothing here writes, or waits for a writer.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from spx_assets.errors import ArtifactCorrupt, NotFound, NotSigned, SpxError
from spx_assets.store import disk, pointer
from spx_assets.store.layout import MANIFEST, folders_of, version_ids
from spx_assets.store.manifest import LIMIT_BYTES, Manifest
from spx_assets.store.payload import FileDigest

# A version can go (swept, or written anew) between CURRENT and its bytes; real damage fails every time.
_ATTEMPTS = 4


@dataclass(frozen=True)
class Artifact:
    """One version of an asset: its record and its verified bytes by file name."""

    manifest: Manifest
    files: Mapping[str, bytes]

    @property
    def asset(self) -> str:
        """The asset this is a version of."""
        return self.manifest.asset

    @property
    def version(self) -> str:
        """The content-derived version id."""
        return self.manifest.version


@dataclass(frozen=True)
class Verdict:
    """What verification found: `problem` is empty when `ok`; `version` is CURRENT when that file is at fault."""

    asset: str
    version: str
    ok: bool
    problem: str = ""


def current_artifact(folder: Path, *, keys: tuple[bytes, ...]) -> Artifact:
    """The version CURRENT names, complete even while writers move CURRENT and sweep; NotFound without CURRENT."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return artifact(folder, current_version(folder), keys=keys)
        except (ArtifactCorrupt, NotFound):
            continue
    return artifact(folder, current_version(folder), keys=keys)


def current_version(folder: Path) -> str:
    """What CURRENT names, provided that something of that name is stored; NotFound without CURRENT."""
    version = pointer.read(folder)
    if version is None:
        raise NotFound(
            f"There is no {folder.name} yet",
            evidence=f"{folder} has no CURRENT",
            way_out="`spx run` makes every asset.",
        )
    if not _is_there(folder / version):
        raise _corrupt(folder, version, "CURRENT names it, and it is not stored")
    return version


def artifact(folder: Path, version: str, *, keys: tuple[bytes, ...]) -> Artifact:
    """A version's verified bytes; NotFound when it is not stored, ArtifactCorrupt when anything is amiss."""
    record = manifest(folder, version, keys=keys)
    place = folder / version
    try:
        _check_listing(folder, version, record)
        files = {name: _verified(folder, version, name, entry) for name, entry in record.files.items()}
    except FileNotFoundError as error:
        if not _is_there(place):
            raise _not_stored(folder, version) from error
        raise _corrupt(folder, version, f"{Path(error.filename).name} is missing") from error
    return Artifact(record, files)


def manifest(folder: Path, version: str, *, keys: tuple[bytes, ...]) -> Manifest:
    """A version's record, itself verified, its files not yet; errors as in `artifact`."""
    place = folder / version
    if not _is_there(place):
        raise _not_stored(folder, version)
    if not stat.S_ISDIR(place.lstat().st_mode):
        raise _corrupt(folder, version, "it is not a folder of its own")
    try:
        data = disk.read_regular(place / MANIFEST, limit=LIMIT_BYTES)
    except FileNotFoundError as error:
        raise _corrupt(folder, version, f"{MANIFEST} is missing") from error
    except disk.NotRegular as error:
        raise _corrupt(folder, version, f"{MANIFEST} is not a plain file") from error
    record = Manifest.from_json(data, what=f"{folder.name} version {version} is not as it was committed")
    if (record.asset, record.version) != (folder.name, version):
        raise _corrupt(folder, version, f"its manifest is that of {record.asset} version {record.version}")
    _check_signature(folder, record, keys)
    return record


def verdicts(folder: Path, *, keys: tuple[bytes, ...]) -> Iterator[Verdict]:
    """One verdict per stored version, and one about CURRENT when it cannot be followed."""
    for version in version_ids(folder):
        try:
            artifact(folder, version, keys=keys)
        except NotFound:
            continue  # swept since it was listed
        except SpxError as error:
            yield Verdict(folder.name, version, ok=False, problem=str(error))
        else:
            yield Verdict(folder.name, version, ok=True)
    try:
        current_version(folder)
    except NotFound:
        return  # a first commit that died before CURRENT: its version is whole, and nobody reads it yet
    except ArtifactCorrupt as error:
        yield Verdict(folder.name, "CURRENT", ok=False, problem=str(error))


def _check_listing(folder: Path, version: str, record: Manifest) -> None:
    expected = {MANIFEST, *record.files, *(f"{name}/" for name in folders_of(record.files))}
    found = set(_entries(folder / version))
    missing, extra = sorted(expected - found), sorted(found - expected)
    if missing or extra:
        raise _corrupt(folder, version, f"missing: {missing[:5] or 'nothing'}, extra: {extra[:5] or 'nothing'}")


def _entries(place: Path) -> Iterator[str]:
    """Files as `name`, folders as `name/`, anything else as `name (link or device)`; two levels deep."""
    for entry in sorted(place.iterdir()):
        yield (name := _described(entry))
        if name.endswith("/"):
            yield from (name + _described(inner) for inner in sorted(entry.iterdir()))


def _described(entry: Path) -> str:
    mode = entry.lstat().st_mode
    if stat.S_ISDIR(mode):
        return f"{entry.name}/"
    return entry.name if stat.S_ISREG(mode) else f"{entry.name} (link or device)"


def _verified(folder: Path, version: str, name: str, expected: FileDigest) -> bytes:
    try:
        data = disk.read_regular(folder / version / name, limit=expected.size_bytes)
    except disk.NotRegular as error:
        raise _corrupt(folder, version, f"{name} is not a plain file") from error
    if (found := FileDigest.of(data)) != expected:
        shown = f"more than {expected.size_bytes:,}" if len(data) > expected.size_bytes else f"{len(data):,}"
        raise _corrupt(
            folder,
            version,
            f"{name} has {shown} bytes and SHA-256 {found.sha256[:12]}…, "
            f"committed were {expected.size_bytes:,} and {expected.sha256[:12]}…",
        )
    return data


def _check_signature(folder: Path, record: Manifest, keys: tuple[bytes, ...]) -> None:
    if not keys or any(record.is_signed_by(key) for key in keys):
        return
    raise NotSigned(
        f"{folder.name} version {record.version} cannot be trusted",
        evidence="its manifest is not signed" if record.signature is None else "its signature is of another key",
        way_out="Give the key it was signed with as SPX_SIGNING_KEY, or as SPX_SIGNING_KEY_PREVIOUS beside a new one; "
        "`spx sign` verifies what is stored and signs it with the present key.",
    )


def _is_there(place: Path) -> bool:
    try:
        place.lstat()
    except FileNotFoundError:
        return False
    return True


def _not_stored(folder: Path, version: str) -> NotFound:
    return NotFound(
        f"{folder.name} has no version {version}",
        evidence=f"{folder / version} is not there",
        way_out=f"`spx versions {folder.name}` lists what is stored.",
    )


def _corrupt(folder: Path, version: str, evidence: str) -> ArtifactCorrupt:
    return ArtifactCorrupt(
        f"{folder.name} version {version} is not as it was committed",
        evidence=evidence,
        way_out=f"`spx verify` shows which versions are sound; `spx rollback {folder.name} VERSION` returns to one.",
    )
