"""What is committed: an asset's files, what is known about them, and what they were made from.

Not how they are stored (`commit`) nor the record kept beside them (`manifest`). Promise: equal files have equal
version ids, on any machine and at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from spx_assets.store.layout import checked_files


class FileDigest(NamedTuple):
    """What a stored file must turn out to be."""

    size_bytes: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> FileDigest:
        """The digest of `data`."""
        return cls(len(data), hashlib.sha256(data).hexdigest())


def version_of(files: Mapping[str, FileDigest]) -> str:
    """The version id of files: 16 hexadecimal digits of the SHA-256 over their sorted names and digests."""
    # Names hold neither line breaks nor spaces, so no two sets of files spell the same text.
    listing = "".join(f"{files[name].sha256} {name}\n" for name in sorted(files))
    return hashlib.sha256(listing.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Payload:
    """The files of one version by name (`figures/price.png`: one folder at most), and what describes them.

    `rows`, the first and last session and `schema` (a fingerprint) are recorded, and do not change the version.
    """

    files: Mapping[str, bytes]
    rows: int | None = None
    first_session: date | None = None
    last_session: date | None = None
    schema: str | None = None

    def __post_init__(self) -> None:
        # Own copy, in name order: what is committed does not depend on who holds the mapping, or how it was filled.
        object.__setattr__(self, "files", {name: self.files[name] for name in checked_files(self.files)})

    @property
    def digests(self) -> dict[str, FileDigest]:
        """Size and SHA-256 of every file."""
        return {name: FileDigest.of(data) for name, data in self.files.items()}

    @property
    def version(self) -> str:
        """The content-derived version id."""
        return version_of(self.digests)


@dataclass(frozen=True)
class Provenance:
    """What a payload was made from: inputs (asset → version), code version and settings digest."""

    inputs: Mapping[str, str] = field(default_factory=dict)
    code_version: str = ""
    settings_digest: str = ""
