"""What goes and what stays."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from spx_assets.errors import ArtifactCorrupt, NotFound
from spx_assets.store import Store
from spx_assets_tests.store.conftest import committed, payload


def stored(folder: Path) -> set[str]:
    """The versions in an asset's folder."""
    return {path.name for path in folder.iterdir() if len(path.name) == 16}


def test_the_last_versions_stay(store: Store, folder: Path) -> None:
    """The store keeps as many versions as it was told, the newest."""
    versions = committed(store, *"12345")
    assert stored(folder) == set(versions[-3:])
    assert tuple(m.version for m in store.versions("prices")) == versions[:1:-1]


def test_the_current_version_always_stays(store: Store, folder: Path) -> None:
    """A version that is current by rollback outlives any number of newer ones until CURRENT leaves it."""
    one, *_ = committed(store, *"123")
    store.rollback("prices", one)
    Store(folder.parent, keep_versions=1).sweep("prices")
    assert one in stored(folder)
    assert store.current("prices") == one


def test_sweeping_tells_what_went(store: Store, folder: Path) -> None:
    """With fewer versions to keep than are stored, the oldest go and are named, newest first."""
    one, two, three = committed(store, *"123")
    assert Store(folder.parent, keep_versions=1).sweep("prices") == (two, one)
    assert stored(folder) == {three}
    assert store.sweep("prices") == ()


def test_a_damaged_record_goes_before_any_sound_version(store: Store, folder: Path) -> None:
    """A version whose manifest is unreadable has no age, so it is the first to go."""
    one, two, three = committed(store, *"123")
    (folder / three / "manifest.json").write_bytes(b"?")
    store.rollback("prices", two)
    (four,) = committed(store, "4")
    assert stored(folder) == {one, two, four}


def test_a_new_signing_key_does_not_mix_up_the_order(store: Store, folder: Path) -> None:
    """Versions from before the key keep their age, though they can no longer be read with it."""
    _, two, three = committed(store, *"123")
    (four,) = committed(Store(folder.parent, keep_versions=3, signing_key=b"key"), "4")
    assert stored(folder) == {two, three, four}


def test_what_dead_writers_left_goes_with_the_next_commit(store: Store, folder: Path, tmp_path: Path) -> None:
    """Staged folders, drafts of CURRENT and planted links go; what a link points to stays."""
    committed(store, "1")
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / ".staging-dead" / "figures").mkdir(parents=True)
    (folder / ".staging-dead" / "figures" / "a.png").write_bytes(b"x")
    (folder / ".staging-link").symlink_to(outside)
    (folder / ".CURRENT-dead").write_bytes(b"x")
    committed(store, "1")
    assert {p.name for p in folder.iterdir()} == {".lock", "CURRENT", payload("1").version}
    assert outside.is_dir()


def test_foreign_files_beside_the_versions_are_left_alone(store: Store, folder: Path) -> None:
    """The sweep removes what the store made, nothing else."""
    committed(store, "1")
    (folder / "notes.txt").write_text("mine")
    store.sweep("prices")
    assert (folder / "notes.txt").read_text() == "mine"


def test_without_a_readable_current_nothing_is_swept(store: Store, folder: Path) -> None:
    """Sweeping needs to know what to keep."""
    versions = committed(store, *"123")
    (folder / "CURRENT").write_bytes(b"?")
    with pytest.raises(ArtifactCorrupt):
        Store(folder.parent, keep_versions=1).sweep("prices")
    assert stored(folder) == set(versions)


def test_sweeping_an_unknown_asset_makes_nothing(store: Store, tmp_path: Path) -> None:
    """Nothing stored is NotFound, and no folder appears."""
    with pytest.raises(NotFound):
        store.sweep("prices")
    assert list(tmp_path.iterdir()) == []


def test_a_commit_stands_when_old_versions_cannot_go(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The sweep after a commit may fail without the commit failing: it is told, and tried again."""
    committed(store, *"123")
    rename = os.rename

    def refuse_versions(source: Path, target: Path) -> None:
        if not Path(source).name.startswith("."):
            raise PermissionError(13, "Permission denied", str(source))
        rename(source, target)

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(os, "rename", refuse_versions)
        (four,) = committed(store, "4")
    assert store.current("prices") == four
    assert "could not be removed" in caplog.text
    assert len(store.versions("prices")) == 4
    committed(store, "5")
    assert len(store.versions("prices")) == 3
