"""What is said when something cannot be shown: what, which version, how old, what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from spx_assets.dashboard import stored, trouble
from spx_assets.errors import NotFound, SpxError
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets.store import Payload, Provenance

ASSET = "next_forecast"


def _said(settings: Settings) -> str:
    with pytest.raises(SpxError) as refused:
        stored.current(settings, ASSET)
    return trouble.sentence(refused.value, settings, ASSET, datetime.now(UTC) + timedelta(days=3))


def _damage(settings: Settings) -> str:
    version = open_store(settings).current(ASSET)
    assert version is not None
    file = next(path for path in (settings.store_root / ASSET / version).iterdir() if path.suffix == ".parquet")
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    return version


def test_damage_is_told_with_version_and_age(own: Path) -> None:
    """And without another version, making it again is the way out."""
    settings = Settings.load({}, home=own)
    version = _damage(settings)

    said = _said(settings)

    assert f"{ASSET} cannot be shown. {ASSET} version {version} is not as it was committed" in said
    assert "It was stored on" in said
    assert "(3 days ago). No other version is stored; `spx run` makes it again." in said


def test_a_whole_version_is_offered_where_there_is_one(own: Path) -> None:
    """The newest that verifies, with the command that returns to it."""
    settings = Settings.load({}, home=own)
    sound = open_store(settings).current(ASSET)
    files = {**open_store(settings).read(ASSET).files, "more.parquet": b"more"}
    open_store(settings).commit(ASSET, Payload(files=files), Provenance())
    _damage(settings)

    assert f"`spx rollback {ASSET} {sound}` returns to the version of" in _said(settings)


def test_absence_is_told_plainly(tmp_path: Path) -> None:
    """The error's own sentence."""
    assert "There is no next_forecast in this store yet. `spx run` makes it." == _said(Settings.load({}, home=tmp_path))


def test_other_trouble_keeps_its_words(settings: Settings) -> None:
    """Of no asset in particular, or of one that cannot be read for now."""
    error = SpxError("The disk is gone", way_out="Bring it back.")
    now = datetime.now(UTC)

    assert "The disk is gone. Bring it back." == trouble.sentence(error, settings, None, now)
    assert "walk_forward cannot be shown. The disk is gone. Bring it back." == trouble.sentence(
        error, settings, "walk_forward", now
    )
    assert "Nothing." == trouble.sentence(NotFound("Nothing"), settings, "walk_forward", now)
