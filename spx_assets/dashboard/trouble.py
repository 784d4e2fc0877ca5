"""What a reader is told instead of a page when something is absent, damaged or out of reach.

One plain sentence with the version, its age and the way out; never a traceback.
"""

from __future__ import annotations

from datetime import datetime

from spx_assets.dashboard.wording import age, instant
from spx_assets.errors import ArtifactCorrupt, NotFound, SpxError
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.store import Manifest


def sentence(error: SpxError, settings: Settings, asset: str | None, now: datetime) -> str:
    """What `error` means for somebody who wants to see `asset`."""
    if asset is None or not isinstance(error, ArtifactCorrupt):
        return str(error) if asset is None or isinstance(error, NotFound) else f"{asset} cannot be shown. {error}"
    known = _known_versions(settings, asset)
    damaged = next((record for record in known if record.version in error.what), None)
    dated = "" if damaged is None else f" It was stored on {_dated(damaged, now)}."
    sound = next((record for record in known if record is not damaged and _is_whole(settings, record)), None)
    way_out = (
        f"`spx rollback {asset} {sound.version}` returns to the version of {_dated(sound, now)}, which is whole."
        if sound is not None
        else "No other version is stored; `spx run` makes it again."
    )
    return f"{asset} cannot be shown. {error.what}: {error.evidence}.{dated} {way_out}"


def _known_versions(settings: Settings, asset: str) -> tuple[Manifest, ...]:
    try:
        return open_store(settings).versions(asset)
    except SpxError:
        return ()


def _is_whole(settings: Settings, record: Manifest) -> bool:
    try:
        open_store(settings).read(record.asset, record.version)
    except SpxError:
        return False
    return True


def _dated(record: Manifest, now: datetime) -> str:
    return f"{instant(record.created_at)} ({age(record.created_at, now)})"
