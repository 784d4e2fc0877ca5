"""Reading: verified bytes or an error, whatever happened to the files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spx_assets.errors import ArtifactCorrupt, NotFound, StoreUnavailable
from spx_assets.store import Payload, Provenance, Store, Verdict, disk
from spx_assets_tests.store.conftest import committed, payload

FILE_NAMES = st.from_regex(r"(?:[a-z]{1,3}/)?[a-z0-9]{4,8}\.[a-z]{3}", fullmatch=True)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(files=st.dictionaries(FILE_NAMES, st.binary(max_size=300), min_size=1, max_size=5))
def test_any_payload_comes_back_byte_for_byte(store: Store, files: dict[str, bytes]) -> None:
    """Whatever the names and bytes, what was committed is what is read."""
    store.commit("prices", Payload(files), Provenance())
    assert dict(store.read("prices").files) == files


def test_every_flipped_bit_of_a_version_is_refused(store: Store, folder: Path) -> None:
    """Each bit of each file, manifest and CURRENT included, is guarded."""
    (version,) = committed(store, "1")
    for path in [folder / "CURRENT", *(p for p in (folder / version).rglob("*") if p.is_file())]:
        whole = path.read_bytes()
        for position in range(len(whole)):
            for bit in range(8):
                path.write_bytes(whole[:position] + bytes([whole[position] ^ (1 << bit)]) + whole[position + 1 :])
                with pytest.raises(ArtifactCorrupt):
                    store.read("prices")
        path.write_bytes(whole)
    assert store.read("prices").version == version


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_cut_growth_or_replacement_is_refused(store: Store, folder: Path, data: st.DataObject) -> None:
    """A file that is shorter, longer or other than committed is never returned as data."""
    (version,) = committed(store, "1")
    path = folder / version / data.draw(st.sampled_from(["prices.csv", "figures/price.png", "manifest.json"]))
    whole = path.read_bytes()
    damaged = data.draw(
        st.integers(0, len(whole) - 1).map(lambda length: whole[:length])
        | st.binary(min_size=1, max_size=9).map(lambda more: whole + more)
        | st.binary(max_size=len(whole)).filter(lambda other: other != whole)
    )
    path.write_bytes(damaged)
    try:
        with pytest.raises(ArtifactCorrupt):
            store.read("prices")
    finally:
        path.write_bytes(whole)


def replaced(path: Path) -> Path:
    """The same path, with nothing there any more."""
    path.rename(path.parent.parent / "elsewhere")
    return path


def planted_link(version: Path) -> None:
    """A link in a file's place that leads to the very same bytes."""
    (version / "prices.csv").rename(version.parent / "elsewhere")
    (version / "prices.csv").symlink_to("../elsewhere")


def planted_folder_link(version: Path) -> None:
    """A link in a folder's place that leads to the very same files."""
    (version / "figures").rename(version.parent / "elsewhere")
    (version / "figures").symlink_to("../elsewhere")


def linked_version(version: Path) -> None:
    """A whole version that is a link to the very same folder."""
    version.rename(version.parent / "elsewhere")
    version.symlink_to("elsewhere")


DAMAGES: list[Callable[[Path], Any]] = [
    lambda version: (version / "extra.txt").write_bytes(b""),
    lambda version: (version / ".hidden").write_bytes(b""),
    lambda version: (version / "figures" / "extra.png").write_bytes(b""),
    lambda version: (version / "figures" / "deep").mkdir(),
    lambda version: (version / "empty").mkdir(),
    lambda version: (version / "prices.csv").unlink(),
    lambda version: (version / "figures" / "price.png").unlink(),
    lambda version: shutil.rmtree(version / "figures"),
    lambda version: (version / "manifest.json").unlink(),
    lambda version: (version / "prices.csv").rename(version / "prices.CSV"),
    lambda version: replaced(version / "prices.csv").mkdir(),
    lambda version: replaced(version / "manifest.json").mkdir(),
    lambda version: os.mkfifo(replaced(version / "prices.csv")),
    lambda version: os.mkfifo(version / "pipe"),
    lambda version: (version / "dangling").symlink_to("nowhere"),
    lambda version: (version / "figures" / "link").symlink_to("price.png"),
    lambda version: replaced(version).write_bytes(b"a file"),
    lambda version: replaced(version).mkdir(),
    shutil.rmtree,
    planted_link,
    planted_folder_link,
    linked_version,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_extra_missing_and_linked_files_are_refused(store: Store, folder: Path, damage: Callable[[Path], Any]) -> None:
    """A version is its files and nothing else; the error says what to do, and `verify` sees it too."""
    (version,) = committed(store, "1")
    damage(folder / version)
    with pytest.raises(ArtifactCorrupt, match="spx verify"):
        store.read("prices")
    assert [verdict.ok for verdict in store.verify()].count(False) == 1


def test_the_refusal_names_the_file_and_both_digests(store: Store, folder: Path) -> None:
    """The three parts: which version, what was found against what was committed, what to do."""
    (version,) = committed(store, "1")
    (folder / version / "prices.csv").write_bytes(b"close\n2\n")
    with pytest.raises(ArtifactCorrupt) as caught:
        store.read("prices")
    assert str(caught.value) == (
        f"prices version {version} is not as it was committed: prices.csv has 8 bytes and SHA-256 88c460c2b43b…, "
        "committed were 8 and 5fdb833a6b60…. `spx verify` shows which versions are sound; "
        "`spx rollback prices VERSION` returns to one."
    )


def test_a_version_cannot_be_passed_off_as_another(store: Store, folder: Path) -> None:
    """A whole version copied to another id or another asset is refused: its manifest says whose it is."""
    one, two = committed(store, "1", "2")
    shutil.rmtree(folder / two)
    shutil.copytree(folder / one, folder / two)
    with pytest.raises(ArtifactCorrupt, match=f"its manifest is that of prices version {one}"):
        store.read("prices")
    shutil.copytree(folder, folder.parent / "yields")
    with pytest.raises(ArtifactCorrupt, match="its manifest is that of prices"):
        store.read("yields", one)


def test_what_was_never_stored_is_not_found(store: Store) -> None:
    """An absent asset and an absent version are told apart from damage."""
    with pytest.raises(NotFound, match="There is no prices yet"):
        store.read("prices")
    committed(store, "1")
    with pytest.raises(NotFound, match="no version 0000000000000000"):
        store.read("prices", "0" * 16)


def test_a_reader_follows_current_when_its_version_is_swept_under_it(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CURRENT was read, then moved, and the old version swept: the reader gets the new version, whole."""
    committed(store, "1")
    read_regular = disk.read_regular
    moved: list[Path] = []

    def swept_under(path: Path, *, limit: int) -> bytes:
        if path.name == "prices.csv" and not moved:
            moved.append(path)
            committed(Store(folder.parent, keep_versions=1), "2")
        return read_regular(path, limit=limit)

    monkeypatch.setattr(disk, "read_regular", swept_under)
    assert dict(store.read("prices").files) == dict(payload("2").files)
    assert moved


def test_a_reader_that_is_always_too_late_gets_a_clear_error(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When every version it turns to is swept before it is read, the reader gives up with NotFound, not with half."""
    committed(store, "0")
    read_regular, texts = disk.read_regular, iter("123456789")

    def swept_under(path: Path, *, limit: int) -> bytes:
        if path.name == "price.png" and path.parent.parent.name == store.current("prices"):
            with monkeypatch.context() as patch:
                patch.setattr(disk, "read_regular", read_regular)
                committed(Store(folder.parent, keep_versions=1), next(texts))
        return read_regular(path, limit=limit)

    monkeypatch.setattr(disk, "read_regular", swept_under)
    with pytest.raises(NotFound, match="has no version"):
        store.read("prices")


def test_a_named_version_that_goes_while_it_is_read_is_not_found(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for by name and swept in the middle: not found, rather than corrupt."""
    one, _ = committed(store, "1", "2")
    read_regular = disk.read_regular

    def removed_under(path: Path, *, limit: int) -> bytes:
        if path.name == "prices.csv":
            shutil.rmtree(folder / one)
        return read_regular(path, limit=limit)

    monkeypatch.setattr(disk, "read_regular", removed_under)
    with pytest.raises(NotFound):
        store.read("prices", one)


def test_verify_reports_every_version_and_current(store: Store, folder: Path) -> None:
    """One verdict per version; sound ones pass, damaged ones say why, and a lost CURRENT is a finding of its own."""
    one, two = committed(store, "1", "2")
    (folder / one / "prices.csv").write_bytes(b"x")
    (folder / "CURRENT").write_text("?")
    found = {verdict.version: verdict for verdict in store.verify("prices")}
    assert set(found) == {one, two, "CURRENT"}
    assert found[two] == Verdict("prices", two, ok=True)
    assert "prices.csv has 1 bytes" in found[one].problem
    assert "does not name a version" in found["CURRENT"].problem


def test_verify_reports_a_current_that_leads_nowhere(store: Store, folder: Path) -> None:
    """A pointer to a version that is not stored is damage, also when every stored version is sound."""
    one, two = committed(store, "1", "2")
    shutil.rmtree(folder / two)
    assert [(v.version, v.ok) for v in store.verify()] == [(one, True), ("CURRENT", False)]


def test_a_version_without_current_is_no_damage(store: Store, folder: Path) -> None:
    """A first commit killed just before CURRENT leaves a whole version that nobody reads yet."""
    (one,) = committed(store, "1")
    (folder / "CURRENT").unlink()
    assert store.verify() == (Verdict("prices", one, ok=True),)


def test_a_file_without_permission_is_a_typed_error(store: Store, folder: Path) -> None:
    """What the operating system withholds is not called corrupt."""
    (version,) = committed(store, "1")
    (folder / version / "prices.csv").chmod(0)
    user = os.geteuid()
    os.seteuid(user or 65_534)  # root may read everything, so it looks as nobody
    try:
        with pytest.raises(StoreUnavailable, match="prices could not be read"):
            store.read("prices")
    finally:
        os.seteuid(user)


def test_reading_writes_nothing(store: Store, folder: Path) -> None:
    """A store on a read-only disk can be read: no lock, no file, no folder is made."""
    committed(store, "1")
    (folder / ".lock").unlink()
    before = sorted(folder.rglob("*")), folder.stat().st_mtime_ns
    for look in (store.read, store.manifest, store.path, store.versions, store.current, store.verify):
        look("prices")
    assert (sorted(folder.rglob("*")), folder.stat().st_mtime_ns) == before
