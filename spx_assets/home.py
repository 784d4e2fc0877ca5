"""A home (`SPX_HOME`) opened: its store and its ledger, with the keys and limits that the settings give.

Beside them stands what a person accepted: candidates that are too good to be true.
"""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from spx_assets.errors import StoreUnavailable
from spx_assets.settings import Settings
from spx_assets.store import Store

if TYPE_CHECKING:
    from spx_assets.forecasting import Acceptance
    from spx_assets.store.ledger import Ledger


def require_writable(settings: Settings) -> None:
    """Raise StoreUnavailable when nothing can be written into this home; it can still be read and served."""
    try:
        settings.root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.root):
            pass
    except OSError as failed:
        raise StoreUnavailable(
            f"{settings.root} cannot be written",
            evidence=failed.strerror or str(failed),
            way_out="Make it writable for this user, or set SPX_HOME to another folder. What it holds can still be "
            "read: `spx forecast`, `spx serve`.",
        ) from failed


def open_store(settings: Settings) -> Store:
    """The store of this home, or of its as-of home."""
    key, previous = (
        None if secret is None else secret.get_secret_value().encode()
        for secret in (settings.signing_key, settings.signing_key_previous)
    )
    return Store(
        settings.store_root,
        keep_versions=settings.keep_versions,
        signing_key=key,
        previous_key=previous,
        links=settings.root / "current",
    )


def open_ledger(settings: Settings) -> Ledger:
    """The forecast ledger of this home; an as-of home has one of its own, whatever SPX_LEDGER_URL says."""
    from sqlalchemy import URL  # noqa: PLC0415  # a third of a second

    from spx_assets.store.ledger import Ledger  # noqa: PLC0415  # SQLAlchemy as well

    if settings.ledger_url is None or settings.as_of is not None:
        # As text a path would be read as an address: cut at a question mark, percent signs unescaped.
        return Ledger(URL.create("sqlite", database=str(settings.ledger_file)).render_as_string())
    return Ledger(settings.ledger_url.get_secret_value())


def accepted_candidates(settings: Settings) -> tuple[Acceptance, ...]:
    """Every acceptance that a person gave in this home, the oldest first."""
    from spx_assets.forecasting import acceptances_from  # noqa: PLC0415  # pandas and the room

    file = settings.accepted_candidates_file
    return acceptances_from(file.read_bytes()) if file.exists() else ()


def accept_candidate(settings: Settings, acceptance: Acceptance) -> None:
    """Add an acceptance to the record of this home, whole or not at all."""
    from spx_assets.forecasting import acceptances_file  # noqa: PLC0415  # pandas and the room

    file = settings.accepted_candidates_file
    content = acceptances_file([*accepted_candidates(settings), acceptance])
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    require_writable(settings)
    draft.write_bytes(content)
    draft.replace(file)
