"""The record beside a version's files: what they must be, where they came from, and the seals on that record.

Its bytes are canonical: a manifest has one spelling, and any other is refused. `digest` covers all of them, so a
flipped byte is seen without a key; `signature` (HMAC-SHA256) also says who wrote it, and covers asset and version,
so that a signed manifest cannot be moved to another asset.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Self, TypeVar

from spx_assets.errors import ArtifactCorrupt, UsageError
from spx_assets.store.layout import checked_asset, checked_files, checked_version
from spx_assets.store.payload import FileDigest, Payload, Provenance, version_of

FORMAT = 1
# About 6,000 files. A larger manifest is not one of ours, and is refused before it is parsed.
LIMIT_BYTES = 1_000_000

_KEYS = frozenset(
    {
        *("format", "asset", "version", "created_at", "files", "rows", "first_session", "last_session", "schema"),
        *("inputs", "code_version", "settings_digest", "signature", "digest"),
    }
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
_Kind = TypeVar("_Kind", str, int, dict[str, Any])


@dataclass(frozen=True)
class Manifest:
    """The record of one version. `created_at` is ISO 8601 in UTC; `signature` is None when nobody signed."""

    asset: str
    version: str
    created_at: str
    files: Mapping[str, FileDigest]
    rows: int | None = None
    first_session: date | None = None
    last_session: date | None = None
    schema: str | None = None
    provenance: Provenance = field(default_factory=Provenance)
    signature: str | None = None
    format: int = FORMAT

    @classmethod
    def of(cls, asset: str, payload: Payload, provenance: Provenance, *, created_at: datetime) -> Self:
        """The unsigned record of `payload` as a version of `asset`."""
        files = payload.digests
        return cls(
            asset=asset,
            version=version_of(files),
            created_at=created_at.astimezone(UTC).isoformat(timespec="microseconds"),
            files=files,
            rows=payload.rows,
            first_session=payload.first_session,
            last_session=payload.last_session,
            schema=payload.schema,
            provenance=provenance,
        )

    @classmethod
    def from_json(cls, data: bytes, *, what: str = "A manifest") -> Self:
        """The manifest that `to_json` spelled as `data`; ArtifactCorrupt, about `what`, for any other bytes."""
        try:
            manifest = cls(**_attributes(_parsed(data)))
        except (ValueError, UsageError, RecursionError) as error:
            raise _refusal(what, error.what if isinstance(error, UsageError) else str(error)) from error
        if manifest.to_json() != data:
            raise _refusal(what, "its digest does not match, or it is not spelled as it was written")
        return manifest

    def to_json(self) -> bytes:
        """The one spelling of this manifest."""
        sealed = {**self._body(), "signature": self.signature}
        return _canonical({**sealed, "digest": hashlib.sha256(_canonical(sealed)).hexdigest()})

    def signed(self, key: bytes) -> Self:
        """The same record with its HMAC-SHA256 under `key`."""
        return replace(self, signature=hmac.new(key, _canonical(self._body()), hashlib.sha256).hexdigest())

    def is_signed_by(self, key: bytes) -> bool:
        """Whether the signature is the one `key` gives; compared in constant time."""
        expected = self.signed(key).signature
        return self.signature is not None and hmac.compare_digest(self.signature, expected or "")

    def _body(self) -> dict[str, object]:
        return {
            "format": self.format,
            "asset": self.asset,
            "version": self.version,
            "created_at": self.created_at,
            "files": {n: {"bytes": f.size_bytes, "sha256": f.sha256} for n, f in self.files.items()},
            "rows": self.rows,
            "first_session": self.first_session and self.first_session.isoformat(),
            "last_session": self.last_session and self.last_session.isoformat(),
            "schema": self.schema,
            "inputs": dict(self.provenance.inputs),
            "code_version": self.provenance.code_version,
            "settings_digest": self.provenance.settings_digest,
        }


def _canonical(fields: Mapping[str, object]) -> bytes:
    return (json.dumps(fields, sort_keys=True, indent=1, allow_nan=False) + "\n").encode("ascii")


def _refusal(what: str, evidence: str) -> ArtifactCorrupt:
    return ArtifactCorrupt(
        what,
        evidence=f"manifest.json: {evidence}",
        way_out="`spx verify` shows which versions are sound; `spx rollback ASSET VERSION` returns to one.",
    )


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > LIMIT_BYTES:
        raise ValueError(f"it is larger than {LIMIT_BYTES:,} bytes")
    fields = _of_kind(json.loads(data.decode("ascii")), dict, "it")
    if fields.get("format") != FORMAT or type(fields["format"]) is not int:
        raise ValueError(f"its format is {str(fields.get('format'))[:40]!r}, this program reads {FORMAT}")
    if fields.keys() != _KEYS:
        raise ValueError(f"these fields are missing or unknown: {sorted(fields.keys() ^ _KEYS)}"[:200])
    return fields


def _attributes(fields: Mapping[str, Any]) -> dict[str, Any]:
    files = {name: _file_digest(entry) for name, entry in _of_kind(fields["files"], dict, "files").items()}
    checked_files(files)
    if version_of(files) != checked_version(_of_kind(fields["version"], str, "version")):
        raise ValueError("its files do not add up to its version")
    inputs = _of_kind(fields["inputs"], dict, "inputs")
    return {
        "asset": checked_asset(_of_kind(fields["asset"], str, "asset")),
        "version": fields["version"],
        "created_at": _instant(_of_kind(fields["created_at"], str, "created_at")),
        "files": files,
        "rows": _optional(fields["rows"], int, "rows"),
        "first_session": _session(_optional(fields["first_session"], str, "first_session")),
        "last_session": _session(_optional(fields["last_session"], str, "last_session")),
        "schema": _optional(fields["schema"], str, "schema"),
        "provenance": Provenance(
            inputs={name: _of_kind(version, str, "inputs") for name, version in inputs.items()},
            code_version=_of_kind(fields["code_version"], str, "code_version"),
            settings_digest=_of_kind(fields["settings_digest"], str, "settings_digest"),
        ),
        "signature": _digest_text(_optional(fields["signature"], str, "signature")),
    }


def _of_kind(value: object, kind: type[_Kind], name: str) -> _Kind:
    # `type is`, not isinstance: True is not a number of rows.
    if type(value) is not kind:
        raise ValueError(f"{name} is not of the kind {kind.__name__}")
    return value


def _optional(value: object, kind: type[_Kind], name: str) -> _Kind | None:
    return None if value is None else _of_kind(value, kind, name)


def _file_digest(entry: object) -> FileDigest:
    fields = _of_kind(entry, dict, "a file's entry")
    if fields.keys() != {"bytes", "sha256"}:
        raise ValueError("a file's entry has other fields than bytes and sha256")
    sha256 = _digest_text(_of_kind(fields["sha256"], str, "sha256")) or ""
    if (size_bytes := _of_kind(fields["bytes"], int, "bytes")) < 0:
        raise ValueError("a file has fewer than no bytes")
    return FileDigest(size_bytes, sha256)


def _digest_text(text: str | None) -> str | None:
    if text is not None and not _SHA256.fullmatch(text):
        raise ValueError("a digest or signature is not 64 hexadecimal digits")
    return text


def _instant(text: str) -> str:
    datetime.fromisoformat(text)
    if not _INSTANT.fullmatch(text):
        raise ValueError("created_at is not an instant in UTC")
    return text


def _session(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
