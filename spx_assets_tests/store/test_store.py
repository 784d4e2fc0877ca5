"""The store as a whole: its lists, its signatures, and long stories of commits, rollbacks, sweeps and damage."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from spx_assets.errors import ArtifactCorrupt, NotFound, UsageError, WriteConflict
from spx_assets.store import Commit, Provenance, Store
from spx_assets_tests.store.conftest import committed, payload, ticking_clock

KEY = b"a secret of some length"


def test_an_empty_store_answers_every_question(store: Store, tmp_path: Path) -> None:
    """Before the first commit there is nothing, said in the right way, and asking makes no folder."""
    assert store.current("prices") is None
    assert store.versions("prices") == ()
    assert store.assets() == ()
    assert store.verify() == ()
    for ask in (store.read, store.manifest, store.path, store.verify):
        with pytest.raises(NotFound):
            ask("prices")
    with pytest.raises(NotFound):
        store.rollback("prices", "0" * 16)
    assert list(tmp_path.iterdir()) == []


def test_every_name_is_checked_at_the_door(store: Store) -> None:
    """No method lets a path through in an asset's or version's name."""
    version = "0" * 16
    for call in (
        lambda name: store.commit(name, payload("1"), Provenance()),
        store.current,
        store.read,
        store.manifest,
        store.path,
        store.versions,
        store.verify,
        store.sweep,
        lambda name: store.rollback(name, version),
        lambda name: store.read("prices", name),
        lambda name: store.manifest("prices", name),
        lambda name: store.path("prices", name),
        lambda name: store.rollback("prices", name),
        lambda name: store.commit("prices", payload("1"), Provenance(), expected=name),
    ):
        for name in ("../prices", "", "/etc", "prices/..", "."):
            with pytest.raises(UsageError):
                call(name)


def test_a_store_keeps_at_least_one_version(tmp_path: Path) -> None:
    """Keeping none is refused when the store is opened."""
    with pytest.raises(UsageError):
        Store(tmp_path, keep_versions=0)


def test_assets_are_those_of_which_something_is_stored(store: Store, tmp_path: Path) -> None:
    """Foreign folders, files and assets that were never committed are not listed."""
    committed(store, "1")
    store.commit("yields", payload("1"), Provenance())
    (tmp_path / "store" / "empty").mkdir()
    (tmp_path / "store" / "Foreign.d").mkdir()
    (tmp_path / "store" / "file").touch()
    assert store.assets() == ("prices", "yields")


def test_manifest_and_path_follow_current_or_a_version(store: Store, folder: Path) -> None:
    """Without a version they speak of the current one."""
    one, two = committed(store, "1", "2")
    assert (store.manifest("prices").version, store.manifest("prices", one).version) == (two, one)
    assert (store.path("prices"), store.path("prices", one)) == (folder / two, folder / one)


def test_versions_leave_out_what_cannot_be_trusted(store: Store, folder: Path) -> None:
    """A damaged record does not stop the list; `verify` names it."""
    one, two = committed(store, "1", "2")
    (folder / two / "manifest.json").write_bytes(b"?")
    assert [m.version for m in store.versions("prices")] == [one]
    assert [v.version for v in store.verify() if not v.ok] == [two]


def test_a_signed_store_reads_what_it_signed(tmp_path: Path) -> None:
    """The same key reads; so does a program without one, which checks digests only."""
    committed(Store(tmp_path, signing_key=KEY), "1")
    assert Store(tmp_path, signing_key=KEY).read("prices").files == payload("1").files
    assert Store(tmp_path).read("prices").files == payload("1").files


@pytest.mark.parametrize(("writer", "reason"), [(None, "not signed"), (b"another", "of another key")])
def test_a_signed_store_refuses_other_writers(tmp_path: Path, writer: bytes | None, reason: str) -> None:
    """Unsigned and wrongly signed versions are refused in every way of looking, and cannot be rolled back to."""
    (one,) = committed(Store(tmp_path, signing_key=writer), "1")
    store = Store(tmp_path, signing_key=KEY)
    for look in (store.read, store.manifest):
        with pytest.raises(ArtifactCorrupt, match=reason):
            look("prices")
    with pytest.raises(ArtifactCorrupt, match=reason):
        store.rollback("prices", one)
    assert [verdict.ok for verdict in store.verify()] == [False]
    assert store.versions("prices") == ()


def test_committing_the_same_bytes_signs_them(tmp_path: Path) -> None:
    """The way from an unsigned store to a signed one is to run again."""
    (one,) = committed(Store(tmp_path), "1")
    store = Store(tmp_path, signing_key=KEY)
    assert store.commit("prices", payload("1"), Provenance()) == Commit(one, new=True)
    assert store.commit("prices", payload("1"), Provenance()) == Commit(one, new=False)
    assert store.read("prices").version == one


def test_a_signed_manifest_cannot_move_to_another_asset(tmp_path: Path) -> None:
    """Renaming the asset in a signed manifest, digest mended, breaks the signature."""
    store = Store(tmp_path, signing_key=KEY)
    (one,) = committed(store, "1")
    shutil.copytree(tmp_path / "prices", tmp_path / "yields")
    moved = type(store.manifest("prices"))(**{**vars(store.manifest("prices")), "asset": "yields"})
    (tmp_path / "yields" / one / "manifest.json").write_bytes(moved.to_json())
    assert Store(tmp_path).read("yields").asset == "yields"
    with pytest.raises(ArtifactCorrupt, match="of another key"):
        store.read("yields")


def test_an_empty_signing_key_is_refused(tmp_path: Path) -> None:
    """HMAC with an empty key would be a signature that anyone can make."""
    with pytest.raises(UsageError, match="signing key"):
        Store(tmp_path, signing_key=b"")


def test_importing_the_store_is_cheap() -> None:
    """Neither pandas nor Arrow nor the lock's library is loaded by a program that only reads artifacts."""
    heavy = "{'pandas', 'numpy', 'pyarrow', 'filelock', 'dagster'}"
    code = f"import sys, spx_assets.store; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


class Story(RuleBasedStateMachine):
    """Any sequence of operations, against a model of one line each: a list of versions, a set of damage, a pointer."""

    texts = st.sampled_from("abcdef")

    def __init__(self) -> None:
        super().__init__()
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name) / "prices"
        self.store = Store(Path(self.scratch.name), keep_versions=3, clock=ticking_clock())
        self.newest_first: list[str] = []
        self.damaged: set[str] = set()
        self.current: str | None = None

    def teardown(self) -> None:
        """Remove the store."""
        self.scratch.cleanup()

    def model_commit(self, text: str) -> bool:
        """What a commit does to the model; whether it is new."""
        new = text not in self.newest_first or text in self.damaged
        if new:
            self.newest_first = [text, *(other for other in self.newest_first if other != text)]
            self.damaged.discard(text)
        self.current = text
        self.model_sweep()
        return new

    def model_sweep(self) -> None:
        """What a sweep does to the model."""
        kept = self.newest_first[:3]
        self.newest_first = [text for text in self.newest_first if text in kept or text == self.current]
        self.damaged.intersection_update(self.newest_first)

    @rule(text=texts)
    def commit(self, text: str) -> None:
        """Commit whatever is current."""
        done = self.store.commit("prices", payload(text), Provenance())
        assert done == Commit(payload(text).version, self.model_commit(text))

    @rule(text=texts, expected=st.none() | texts)
    def compare_and_swap(self, text: str, expected: str | None) -> None:
        """Commit from a version that may or may not be current."""
        version = expected and payload(expected).version
        if expected != self.current:
            with pytest.raises(WriteConflict):
                self.store.commit("prices", payload(text), Provenance(), expected=version)
        else:
            done = self.store.commit("prices", payload(text), Provenance(), expected=version)
            assert done.new == self.model_commit(text)

    @rule(text=texts)
    def rollback(self, text: str) -> None:
        """Roll back to a version that may be sound, damaged or absent."""
        if text not in self.newest_first:
            with pytest.raises(NotFound):
                self.store.rollback("prices", payload(text).version)
        elif text in self.damaged:
            with pytest.raises(ArtifactCorrupt):
                self.store.rollback("prices", payload(text).version)
        else:
            self.store.rollback("prices", payload(text).version)
            self.current = text

    @precondition(lambda self: self.newest_first)
    @rule()
    def sweep(self) -> None:
        """Sweep, with orphans lying about."""
        (self.folder / ".staging-orphan").mkdir()
        (self.folder / ".CURRENT-orphan").touch()
        before = set(self.newest_first)
        gone = self.store.sweep("prices")
        self.model_sweep()
        assert set(gone) == {payload(text).version for text in before - set(self.newest_first)}
        assert not list(self.folder.glob(".*-orphan"))

    @precondition(lambda self: self.newest_first)
    @rule(data=st.data())
    def damage(self, data: st.DataObject) -> None:
        """Cut a file of some stored version."""
        text = data.draw(st.sampled_from(self.newest_first))
        (self.folder / payload(text).version / "prices.csv").write_bytes(b"close\n")
        self.damaged.add(text)

    @invariant()
    def store_and_model_agree(self) -> None:
        """Lists, pointer, bytes and verdicts are those of the model."""
        versions = [payload(text).version for text in self.newest_first]
        assert [manifest.version for manifest in self.store.versions("prices")] == versions
        assert self.store.current("prices") == (self.current and payload(self.current).version)
        damaged = {payload(text).version for text in self.damaged}
        assert {v.version for v in self.store.verify() if not v.ok} == damaged
        assert {v.version for v in self.store.verify()} == set(versions)
        if self.current and self.current not in self.damaged:
            assert self.store.read("prices").files == payload(self.current).files


TestStory = Story.TestCase
TestStory.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
