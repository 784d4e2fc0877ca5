"""Whole, verified, versioned artifacts on the local file system.

What bytes mean belongs to the rooms that make them; tables alone have their codec here, in `tables`, imported on
its own because it needs pandas. Promise: a reader gets a complete version or a clear error, and neither a crash nor
a full disk nor a second writer costs an accepted version.
"""

from spx_assets.store.commit import ANY, AnyVersion, Commit
from spx_assets.store.manifest import Manifest
from spx_assets.store.payload import FileDigest, Payload, Provenance
from spx_assets.store.read import Artifact, Verdict
from spx_assets.store.store import Store

__all__ = [
    "ANY",
    "AnyVersion",
    "Artifact",
    "Commit",
    "FileDigest",
    "Manifest",
    "Payload",
    "Provenance",
    "Store",
    "Verdict",
]
