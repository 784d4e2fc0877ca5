"""The commit protocol: its order, its failures, its comparisons."""

from __future__ import annotations

import errno
import itertools
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from spx_assets.errors import ArtifactCorrupt, NotFound, StoreUnavailable, WriteConflict
from spx_assets.store import ANY, Commit, Payload, Provenance, Store
from spx_assets_tests.store.conftest import committed, payload

NOTHING = Provenance()


def snapshot(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every path below `root` with its inode, time of change and bytes."""
    return {
        str(path.relative_to(root)): (
            path.lstat().st_ino,
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(root.rglob("*"))
    }


def hidden(folder: Path) -> list[str]:
    """What writers left in an asset's folder, the lock file apart."""
    return [path.name for path in folder.iterdir() if path.name.startswith(".") and path.name != ".lock"]


def test_a_first_commit_is_new_and_current(store: Store) -> None:
    """What was committed is what is read, with its description and origin."""
    done = store.commit("prices", payload("1"), Provenance({"raw_market": "a" * 16}, "v1", "s1"))
    artifact = store.read("prices")
    assert done == Commit(payload("1").version, new=True)
    assert dict(artifact.files) == dict(payload("1").files)
    assert artifact.manifest.provenance == Provenance({"raw_market": "a" * 16}, "v1", "s1")
    assert artifact.manifest.created_at == "2024-01-01T00:00:00.000000+00:00"


def test_the_store_looks_as_designed(store: Store, folder: Path) -> None:
    """One folder per version with files and manifest, one CURRENT, one lock; nothing else."""
    (version,) = committed(store, "1")
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*")) == sorted(
        [".lock", "CURRENT", version]
        + [f"{version}/{name}" for name in ("figures", "figures/price.png", "manifest.json", "prices.csv")]
    )


def test_committing_what_is_current_touches_nothing(store: Store, tmp_path: Path) -> None:
    """Equal content is not written again: no byte, no inode and no time of change moves, the folders' included."""
    (version,) = committed(store, "1")
    before = snapshot(tmp_path)
    again = store.commit("prices", payload("1"), Provenance(code_version="another"))
    assert again == Commit(version, new=False)
    assert snapshot(tmp_path) == before


def test_committing_what_is_stored_only_moves_current(store: Store, folder: Path) -> None:
    """Content equal to an older version makes that one current and writes no other file."""
    one, _ = committed(store, "1", "2")
    before = snapshot(folder)
    assert store.commit("prices", payload("1"), NOTHING) == Commit(one, new=False)
    after = snapshot(folder)
    assert {name for name in after if after[name] != before.get(name)} == {"CURRENT"}
    assert store.current("prices") == one


@pytest.mark.parametrize("is_current", [True, False])
def test_a_damaged_equal_version_is_replaced_by_the_good_bytes(store: Store, folder: Path, is_current: bool) -> None:
    """Committing over damage heals it, and says that something was written."""
    one, _ = committed(store, *(["2", "1"] if is_current else ["1", "2"]))[:: -1 if is_current else 1]
    (folder / one / "prices.csv").write_bytes(b"rotten")
    assert store.commit("prices", payload("1"), NOTHING) == Commit(one, new=True)
    assert dict(store.read("prices").files) == dict(payload("1").files)
    assert all(verdict.ok for verdict in store.verify())
    assert hidden(folder) == []


@pytest.mark.parametrize("impostor", ["file", "link", "empty folder"])
def test_an_impostor_in_a_versions_place_is_replaced(store: Store, folder: Path, impostor: str) -> None:
    """A file, link or empty folder that bears the version's name does not stop the commit."""
    committed(store, "2")
    place = folder / payload("1").version
    {"file": place.touch, "link": lambda: place.symlink_to("nowhere"), "empty folder": place.mkdir}[impostor]()
    assert committed(store, "1") == (place.name,)
    assert dict(store.read("prices").files) == dict(payload("1").files)


def test_a_commit_made_from_an_old_version_is_refused(store: Store, folder: Path) -> None:
    """Compare-and-swap: nothing is written when CURRENT moved since the caller read it."""
    one, two = committed(store, "1", "2")
    before = snapshot(folder)
    with pytest.raises(WriteConflict, match=f"CURRENT names {two}, not {one}"):
        store.commit("prices", payload("3"), NOTHING, expected=one)
    with pytest.raises(WriteConflict):
        store.commit("prices", payload("3"), NOTHING, expected=None)
    assert snapshot(folder) == before


def test_a_conflict_is_told_even_when_the_content_is_current(store: Store) -> None:
    """Two writers that each add one to the same number must not both be told that they did."""
    one, two = committed(store, "1", "2")
    with pytest.raises(WriteConflict):
        store.commit("prices", payload("2"), NOTHING, expected=one)
    assert store.commit("prices", payload("2"), NOTHING, expected=two) == Commit(two, new=False)


def test_a_commit_made_from_what_is_current_goes_through(store: Store) -> None:
    """None expects no version yet, a version expects itself, ANY expects nothing."""
    one = store.commit("prices", payload("1"), NOTHING, expected=None).version
    two = store.commit("prices", payload("2"), NOTHING, expected=one).version
    three = store.commit("prices", payload("3"), NOTHING, expected=ANY).version
    assert [m.version for m in store.versions("prices")] == [three, two, one]


def test_an_unreadable_current_is_replaced_unless_a_version_was_expected(store: Store, folder: Path) -> None:
    """Whoever commits regardless may replace a damaged CURRENT; whoever compares cannot."""
    (one,) = committed(store, "1")
    (folder / "CURRENT").write_bytes(b"?")
    with pytest.raises(ArtifactCorrupt):
        store.commit("prices", payload("2"), NOTHING, expected=one)
    assert committed(store, "2") == (store.current("prices"),)


def test_everything_is_on_the_disk_before_it_gets_its_name(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order that survives a power failure: files, manifest, folders, version name, CURRENT's line, CURRENT."""
    committed(store, "1")
    trace: list[str] = []
    inodes: dict[int, int] = {}

    def traced(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if name == "fsync":
                inodes[len(trace)] = os.fstat(arguments[0]).st_ino
            trace.append(name)
            return real(*arguments)

        return call

    for name in ("fsync", "rename", "replace"):
        monkeypatch.setattr(os, name, traced(name, getattr(os, name)))
    (version,) = committed(store, "2")
    names = {path.lstat().st_ino: str(path.relative_to(folder)) for path in [folder, *folder.rglob("*")]}
    assert [f"{call} {names[inodes[at]]}" if at in inodes else call for at, call in enumerate(trace)] == [
        f"fsync {version}/figures/price.png",
        f"fsync {version}/prices.csv",
        f"fsync {version}/manifest.json",
        f"fsync {version}/figures",
        f"fsync {version}",
        "rename",
        "fsync .",
        "fsync CURRENT",
        "replace",
        "fsync .",
    ]


@contextmanager
def failing_step(monkeypatch: pytest.MonkeyPatch, at_step: int, *, for_ever: bool) -> Iterator[None]:
    """The given file-system call (and every later one, when `for_ever`) finds the disk full."""
    steps = itertools.count(1)

    def full(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            step = next(steps)
            if step == at_step or (for_ever and step > at_step):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*arguments, **options)

        return call

    with monkeypatch.context() as patch:
        for name in ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir"):
            patch.setattr(os, name, full(getattr(os, name)))
        yield


def complaint_of(store: Store) -> str:
    """What the store says when it cannot commit; nothing when it can."""
    try:
        committed(store, "2")
    except StoreUnavailable as error:
        return str(error)
    return ""


@pytest.mark.parametrize("for_ever", [False, True])
def test_a_failure_at_any_step_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, for_ever: bool) -> None:
    """Whichever step fails, the error is typed, a whole version is current, and the next commit works."""
    failures = 0
    for at_step in itertools.count(1):
        store = Store(tmp_path / str(at_step), keep_versions=1)
        committed(store, "1")
        with failing_step(monkeypatch, at_step, for_ever=for_ever):
            complaint = complaint_of(store)
        failures += bool(complaint)
        assert complaint == "" or "Free some space" in complaint
        assert {v.ok for v in store.verify()} == {True}
        assert dict(store.read("prices").files) in (dict(payload("1").files), dict(payload("2").files))
        if not for_ever and failures == at_step:
            assert hidden(tmp_path / str(at_step) / "prices") == []
        committed(store, "3")
        assert dict(store.read("prices").files) == dict(payload("3").files)
        assert hidden(tmp_path / str(at_step) / "prices") == []
        if failures + 10 < at_step:
            break
    assert failures >= 12


def test_a_real_size_limit_is_a_typed_error(store: Store, folder: Path) -> None:
    """A file cut short by the operating system itself is never named: the old version stays, the staging goes."""
    committed(store, "1")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StoreUnavailable, match="File too large"):
            store.commit("prices", Payload({"big": b"x" * 1_000_000}), NOTHING)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert dict(store.read("prices").files) == dict(payload("1").files)
    assert hidden(folder) == []


def test_an_interrupted_writer_cleans_up(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of staging is passed on, and leaves no staging behind."""
    committed(store, "1")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            committed(store, "2")
    assert hidden(folder) == []
    assert store.current("prices") == payload("1").version


def test_a_store_that_cannot_be_made_is_a_typed_error(tmp_path: Path) -> None:
    """A file in the place of the store's folder is named in the error."""
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(StoreUnavailable, match="prices could not be stored"):
        committed(Store(tmp_path / "store"), "1")


def test_rolling_back_moves_current_to_a_sound_version_only(store: Store, folder: Path) -> None:
    """Rollback verifies first: damage and absence are refused, and CURRENT stays where it was."""
    one, two = committed(store, "1", "2")
    store.rollback("prices", one)
    assert store.current("prices") == one
    (folder / two / "prices.csv").write_bytes(b"rotten")
    with pytest.raises(ArtifactCorrupt):
        store.rollback("prices", two)
    with pytest.raises(NotFound):
        store.rollback("prices", "0" * 16)
    assert store.current("prices") == one


def test_rolling_back_to_what_is_current_touches_nothing(store: Store, tmp_path: Path) -> None:
    """There is nothing to move, and nothing moves."""
    (one,) = committed(store, "1")
    before = snapshot(tmp_path)
    store.rollback("prices", one)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("damage", [b"?", b"0" * 16 + b"\n", None])
def test_rolling_back_mends_a_damaged_current(store: Store, folder: Path, damage: bytes | None) -> None:
    """The way out that the errors about CURRENT name does lead out."""
    (one,) = committed(store, "1")
    (folder / "CURRENT").unlink()
    if damage is not None:
        (folder / "CURRENT").write_bytes(damage)
    store.rollback("prices", one)
    assert dict(store.read("prices").files) == dict(payload("1").files)


def test_signing_a_sound_version_never_takes_it_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Adopting a key rewrites the manifest in one step: killed before it, the unsigned version still stands."""
    payload = Payload({"a": b"1"})
    Store(tmp_path).commit("raw_market", payload, Provenance())

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        Store(tmp_path, signing_key=b"k").commit("raw_market", payload, Provenance())
    monkeypatch.undo()
    Store(tmp_path).sweep("raw_market")
    assert Store(tmp_path).read("raw_market").version == payload.version

    Store(tmp_path, signing_key=b"k").commit("raw_market", payload, Provenance())
    assert Store(tmp_path, signing_key=b"k").read("raw_market").files == payload.files
