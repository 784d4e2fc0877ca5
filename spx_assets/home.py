"""A home (`SPX_HOME`) opened: its store, with the keys and limits that the settings give."""

from __future__ import annotations

from spx_assets.settings import Settings
from spx_assets.store import Store


def open_store(settings: Settings) -> Store:
    """The store of this home, or of its as-of home."""
    key = None if settings.signing_key is None else settings.signing_key.get_secret_value().encode()
    return Store(settings.store_root, keep_versions=settings.keep_versions, signing_key=key)
