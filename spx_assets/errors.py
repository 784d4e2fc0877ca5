"""Every error a user can meet, and the exit status `spx` ends with for it.

SpxError                        1   a bug, if nothing below fits
├── UsageError                  2   a command, option or setting is wrong
│   └── SettingsError           2   an SPX_* variable is unknown or malformed
├── DataRefused                 3   what was given, or stored, cannot be trusted
│   ├── SourceRefused           3   a file or payload is not certainly right: file, line, column, text
│   │   └── ForeignFile         3   its columns are no series of ours: a folder is read without it
│   ├── FetchFailed             3   a source did not answer, or answered with something else
│   ├── SchemaRefused           3   a table breaks its contract
│   ├── CheckFailed             3   a blocking check said no before anything was stored
│   ├── ModelRefused            3   a model file is not one of ours, or does not reproduce its predictions
│   ├── ArtifactCorrupt         3   stored bytes are not the bytes that were committed
│   │   └── NotSigned           3   a version is not signed with a key that is accepted
│   └── WriteConflict           3   someone else moved CURRENT between our read and our write
├── StoreUnavailable            3   the disk is full, not ours to write, or held by another writer
└── NotFound                    4   an input, artifact or version is not there

An error has three parts: what was wrong with which thing, the evidence, what to do next. Its text holds no control
characters: names and cells of files go into it.
"""

from __future__ import annotations

from spx_assets.plain_text import printable


class SpxError(Exception):
    """What was wrong with which thing (`what`), the evidence, and what to do next (`way_out`)."""

    exit_status = 1

    def __init__(self, what: str, *, evidence: str = "", way_out: str = "") -> None:
        super().__init__(what, evidence, way_out)
        self.what = what
        self.evidence = evidence
        self.way_out = way_out

    def __str__(self) -> str:
        gap = "" if self.evidence.startswith("\n") else " "
        what, evidence = printable(self.what), printable(self.evidence, keep="\n\t")
        head = f"{what}:{gap}{evidence}" if evidence else what
        head = head if head.endswith((".", "!", "?", "\n")) else f"{head}."
        return f"{head} {printable(self.way_out)}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        # Executors in other processes pickle errors; keyword-only parts do not survive the default.
        return _rebuild, (type(self), self.what, self.evidence, self.way_out)


def _rebuild(kind: type[SpxError], what: str, evidence: str, way_out: str) -> SpxError:
    error = kind.__new__(kind)
    SpxError.__init__(error, what, evidence=evidence, way_out=way_out)
    return error


class UsageError(SpxError):
    """A command, option or setting is wrong."""

    exit_status = 2


class SettingsError(UsageError):
    """An SPX_* variable is unknown or malformed."""


class DataRefused(SpxError):
    """What was given, or stored, cannot be trusted."""

    exit_status = 3


class SourceRefused(DataRefused):
    """A file or payload is not certainly right."""


class ForeignFile(SourceRefused):
    """A file's columns are no series of ours."""


class FetchFailed(DataRefused):
    """A source did not answer, or answered with something else."""


class SchemaRefused(DataRefused):
    """A table breaks its contract."""


class CheckFailed(DataRefused):
    """A blocking check said no before anything was stored."""


class ModelRefused(DataRefused):
    """A model file is not one of ours, or does not reproduce its golden predictions."""


class ArtifactCorrupt(DataRefused):
    """Stored bytes are not the bytes that were committed."""


class NotSigned(ArtifactCorrupt):
    """A version is not signed with a key that is accepted."""


class WriteConflict(DataRefused):
    """Another writer moved CURRENT between our read and our write."""


class StoreUnavailable(SpxError):
    """The store cannot be read or written now: a full disk, a missing permission, another writer at work."""

    exit_status = 3


class NotFound(SpxError):
    """An input, artifact or version is not there."""

    exit_status = 4
