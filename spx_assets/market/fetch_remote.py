"""The door for bytes from object stores: s3:// and gs:// through fsspec, within size and deadline.

What can reach them are optional packages; without them the way out says which extra to install. Credentials
are the packages' own business: nothing here knows any.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from spx_assets.errors import FetchFailed, NotFound, SourceRefused, UsageError
from spx_assets.market.access import Access
from spx_assets.market.fetch_deadline import bounded
from spx_assets.plain_text import without_secrets

T = TypeVar("T")
# Scheme, and the extra of this package that brings what reaches it.
OBJECT_STORES = {"s3": "s3", "gs": "gs", "gcs": "gs"}
_MAGIC = frozenset("*?[")


def remote_files(uri: str, suffixes: tuple[str, ...], access: Access) -> list[str]:
    """The URIs at an object store's URI: itself, the data files of a folder, or the matches of a glob."""
    system, scheme = _system(uri), uri.partition("://")[0]

    def found() -> list[str]:
        if _MAGIC.intersection(uri):
            return sorted(str(path) for path in system.glob(uri))
        if system.isfile(uri):
            return [uri]
        inside = system.ls(uri, detail=False) if system.isdir(uri) else []
        return sorted(str(path) for path in inside if str(path).lower().endswith(suffixes))

    paths = _within(uri, access, found)
    if not paths:
        raise NotFound(f"{without_secrets(uri)} does not exist, or holds no data file", way_out="Check the URI.")
    return [path if "://" in path else f"{scheme}://{path}" for path in paths]


def remote_bytes(uri: str, access: Access) -> bytes:
    """The bytes of one object, of at most `access.max_bytes`."""
    system = _system(uri)
    # A store may ignore the range it is asked for: the size is asked first.
    size = _within(uri, access, lambda: system.size(uri))
    if size is None or size > access.max_bytes:
        raise SourceRefused(
            f"{without_secrets(uri)} is larger than {access.max_bytes:,} bytes", way_out="Split the file."
        )
    data = bytes(_within(uri, access, lambda: system.cat_file(uri)))
    if len(data) != size:
        raise FetchFailed(f"{without_secrets(uri)} came with {len(data):,} of {size:,} bytes", way_out="Try again.")
    return data


def _system(uri: str) -> Any:
    import fsspec  # noqa: PLC0415  # needed for object stores only

    scheme = uri.partition("://")[0]
    try:
        return fsspec.filesystem(scheme)
    except ImportError as missing:
        raise UsageError(
            f"{without_secrets(uri)} needs a package that is not installed",
            evidence=str(missing),
            way_out=f"Install it with: pip install 'spx-assets[{OBJECT_STORES[scheme]}]'",
        ) from missing


def _within(uri: str, access: Access, work: Callable[[], T]) -> T:
    try:
        return bounded(work, access.deadline_s)
    except TimeoutError as late:
        raise FetchFailed(
            f"{without_secrets(uri)} did not answer within {access.deadline_s:g} s",
            way_out="Try again later, or raise SPX_FETCH_DEADLINE.",
        ) from late
    except FileNotFoundError as missing:
        raise NotFound(f"{without_secrets(uri)} does not exist", way_out="Check the URI.") from missing
    except Exception as failed:  # every store's package has errors of its own
        raise FetchFailed(
            f"{without_secrets(uri)} cannot be read",
            evidence=f"{type(failed).__name__}: {str(failed).replace(uri, without_secrets(uri))[:200]}",
            way_out="Check the URI and the credentials.",
        ) from failed
