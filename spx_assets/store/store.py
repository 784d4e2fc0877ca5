"""The store's door: every promise of the room, by asset and version.

How each is kept stands in `commit`, `read`, `sweep` and `lock`. A `Store` holds no state of its own, so any number
of them, in any number of threads and processes, may share a folder.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from spx_assets.errors import ArtifactCorrupt, NotFound, UsageError
from spx_assets.store import disk, lock, pin, pointer, read, sweep
from spx_assets.store.commit import ANY, AnyVersion, Commit, commit_version, restore_version, sign_again
from spx_assets.store.layout import CURRENT, checked_asset, checked_version, is_asset, version_ids
from spx_assets.store.manifest import Manifest
from spx_assets.store.payload import Payload, Provenance
from spx_assets.store.pin import Pin
from spx_assets.store.read import Artifact, Verdict

_log = logging.getLogger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """Whole, verified, versioned artifacts under a folder of the local file system.

    The last `keep_versions` versions of an asset stay, and the current one always. With a `signing_key` manifests are
    signed, and unsigned or wrongly signed ones rejected; a `previous_key` still verifies. With `links`, a folder beside
    the store, stable paths there lead to the current files. A writer waits `lock_timeout_s` for another of the same
    asset. Besides the errors named below, any method raises UsageError for an impossible name and StoreUnavailable for
    what the operating system rejects.
    """

    def __init__(
        self,
        root: Path,
        *,
        keep_versions: int = 10,
        signing_key: bytes | None = None,
        previous_key: bytes | None = None,
        links: Path | None = None,
        lock_timeout_s: float = 60.0,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        if keep_versions < 1:
            raise UsageError(
                "The store must keep at least one version", evidence=str(keep_versions), way_out="Keep 1 or more."
            )
        if b"" in (signing_key, previous_key):
            # HMAC takes an empty key without a word, and then anyone can sign.
            raise UsageError("The signing key is empty", way_out="Set SPX_SIGNING_KEY to a secret, or unset it.")
        self._root = root
        self._keep = keep_versions
        if previous_key is not None and signing_key is None:
            raise UsageError(
                "A previous signing key needs a present one",
                way_out="Set SPX_SIGNING_KEY, or unset SPX_SIGNING_KEY_PREVIOUS.",
            )
        self._key = signing_key
        self._keys = tuple(key for key in (signing_key, previous_key) if key is not None)
        self._links = links
        self._lock_timeout_s = lock_timeout_s
        self._clock = clock

    def commit(
        self, asset: str, payload: Payload, provenance: Provenance, *, expected: str | AnyVersion | None = ANY
    ) -> Commit:
        """Make `payload` the current version of `asset`; equal bytes that are stored and sound are not written again.

        `expected` is the version this one was made from (None: there was none): WriteConflict, with nothing written,
        when CURRENT names another by now. Killed or failed at any moment, the previous version stays whole. While the
        asset is pinned the payload is stored, and CURRENT stays.
        """
        if isinstance(expected, str):
            checked_version(expected)

        def record() -> Manifest:
            manifest = Manifest.of(asset, payload, provenance, created_at=self._clock())
            return manifest if self._key is None else manifest.signed(self._key)

        folder = self._root / checked_asset(asset)
        with disk.reporting(f"{asset} could not be stored"):
            disk.make_folder(folder)
            with self._writing(folder):
                held = pin.current(folder)
                stay_at = None if held is None else held.version
                done = commit_version(folder, payload, record, expected=expected, keys=self._keys, stay_at=stay_at)
                self._link(folder, done.version)
                self._retain(folder, done.version)
        return done

    def current(self, asset: str) -> str | None:
        """The version CURRENT names, None before the first; ArtifactCorrupt when CURRENT holds anything else."""
        with self._reading(asset) as folder:
            return pointer.read(folder)

    def read(self, asset: str, version: str | None = None) -> Artifact:
        """The verified bytes of a version (default: the current one); NotFound, ArtifactCorrupt."""
        with self._reading(asset, version) as folder:
            if version is None:
                return read.current_artifact(folder, keys=self._keys)
            return read.artifact(folder, version, keys=self._keys)

    def manifest(self, asset: str, version: str | None = None) -> Manifest:
        """The verified record of a version (default: the current one), its files unread; NotFound, ArtifactCorrupt."""
        with self._reading(asset, version) as folder:
            return read.manifest(folder, version or read.current_version(folder), keys=self._keys)

    def path(self, asset: str, version: str | None = None) -> Path:
        """The folder of a version (default: the current one), to show or link to: its files are not verified."""
        with self._reading(asset, version) as folder:
            return folder / read.manifest(folder, version or read.current_version(folder), keys=()).version

    def versions(self, asset: str) -> tuple[Manifest, ...]:
        """The records of the stored versions, newest first, none for an unknown asset; `verify` names damaged ones."""
        with self._reading(asset) as folder:
            return sweep.newest_first(folder, keys=self._keys)

    def assets(self) -> tuple[str, ...]:
        """The assets of which something is stored, sorted."""
        with disk.reporting(f"{self._root} could not be listed"):
            if not self._root.is_dir():
                return ()
            folders = (entry for entry in self._root.iterdir() if is_asset(entry.name) and entry.is_dir())
            return tuple(sorted(f.name for f in folders if (f / CURRENT).exists() or version_ids(f)))

    def rollback(self, asset: str, version: str, *, reason: str | None = None, by: str = "") -> None:
        """Make a stored version current again, once it is verified; NotFound, ArtifactCorrupt.

        With a `reason` the version is pinned: it stays current, whatever is committed, until `release`.
        """
        with self._reading(asset, version) as folder:
            self._require(folder)
            with self._writing(folder):
                read.artifact(folder, version, keys=self._keys)
                if reason is not None:
                    # First the pin: whoever is killed in between has said which version should be current.
                    now = self._clock()
                    held = Pin(version, reason, now.isoformat(timespec="seconds"), by)
                    pin.record(folder, held, at=now, by=by)
                restore_version(folder, version, keys=self._keys)
                self._link(folder, version)

    def pin(self, asset: str) -> Pin | None:
        """The pin that keeps a version of the asset current, None when there is none; ArtifactCorrupt."""
        with self._reading(asset) as folder:
            return pin.current(folder)

    def release(self, asset: str, *, by: str = "") -> None:
        """End the asset's pin; what is current stays until the next commit. NotFound when nothing is pinned."""
        with self._reading(asset) as folder:
            self._require(folder)
            with self._writing(folder):
                with suppress(ArtifactCorrupt):
                    if pin.current(folder) is None:
                        raise NotFound(f"{asset} is not pinned", way_out=f"`spx versions {asset}` lists its versions.")
                pin.record(folder, None, at=self._clock(), by=by)

    def sign(self, asset: str) -> tuple[tuple[str, str], ...]:
        """Sign every stored version whose bytes are verified; (version, what its signature was) each, by version.

        What it was is `present`, `previous`, `none` or `unknown`; ArtifactCorrupt, with nothing signed, when a
        version is damaged; UsageError without a signing key.
        """
        if self._key is None:
            raise UsageError("There is no key to sign with", way_out="Set SPX_SIGNING_KEY to a secret.")
        with self._reading(asset) as folder:
            self._require(folder)
            with self._writing(folder):
                records = [read.artifact(folder, version, keys=()).manifest for version in version_ids(folder)]
                for record in records:
                    if not record.is_signed_by(self._key):
                        sign_again(folder, record.signed(self._key))
                return tuple((record.version, self._signed_by(record)) for record in records)

    def _signed_by(self, record: Manifest) -> str:
        if record.signature is None:
            return "none"
        names = ("present", "previous")
        return next((name for name, key in zip(names, self._keys, strict=False) if record.is_signed_by(key)), "unknown")

    def verify(self, asset: str | None = None) -> tuple[Verdict, ...]:
        """A verdict on every version of an asset, or of all; NotFound for an asset of which nothing is stored."""
        found: list[Verdict] = []
        for name in self.assets() if asset is None else (asset,):
            with self._reading(name) as folder:
                self._require(folder)
                found.extend(read.verdicts(folder, keys=self._keys))
        return tuple(found)

    def sweep(self, asset: str) -> tuple[str, ...]:
        """Remove what dead writers left, and versions beyond the last few; the versions that went."""
        with self._reading(asset) as folder:
            self._require(folder)
            with self._writing(folder):
                return sweep.old_versions(folder, current=pointer.read(folder), keep=self._keep)

    @contextmanager
    def _reading(self, asset: str, version: str | None = None) -> Iterator[Path]:
        folder = self._root / checked_asset(asset)
        if version is not None:
            checked_version(version)
        with disk.reporting(f"{asset} could not be read"):
            yield folder

    @contextmanager
    def _writing(self, folder: Path) -> Iterator[None]:
        with lock.held(folder, timeout_s=self._lock_timeout_s):
            sweep.orphans(folder)
            yield

    def _link(self, folder: Path, current: str) -> None:
        try:
            if self._links is not None:
                pointer.link(folder, current, self._links)
        except OSError as error:
            # The commit is done; a file system without links must not make it look failed.
            _log.warning("%s could not be linked to (%s); the next commit tries again.", folder, error)

    def _retain(self, folder: Path, current: str) -> None:
        try:
            sweep.old_versions(folder, current=current, keep=self._keep)
        except OSError as error:
            # The commit is done; a version too many must not make it look failed.
            _log.warning("Old versions of %s could not be removed (%s); the next commit tries again.", folder, error)

    def _require(self, folder: Path) -> None:
        if folder.name not in self.assets():
            raise NotFound(
                f"Nothing is stored under the name {folder.name}",
                evidence=f"stored are: {', '.join(self.assets()) or 'no assets yet'}",
                way_out="`spx run` makes every asset.",
            )
