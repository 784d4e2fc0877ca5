"""Writers that are killed, crash at every single step, hang, or race: no accepted version is ever lost or torn."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from spx_assets.errors import ArtifactCorrupt, NotFound, StoreUnavailable
from spx_assets.store import Provenance, Store
from spx_assets_tests import forked
from spx_assets_tests.store import writer
from spx_assets_tests.store.writer import ASSET, KEEP_VERSIONS, counted, number_in, open_store

REPOSITORY = Path(__file__).parents[2]


@contextmanager
def process(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A writer in a process of its own, gone when the block ends."""
    command = [sys.executable, "-m", writer.__name__, *map(str, arguments)]
    child = subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with child:
        try:
            yield child
        finally:
            child.kill()


def crashed(root: Path, step: int, *, torn: bool) -> bool:
    """Whether a writer in a fork of its own died at that step, as it was told; it may also have come to its end."""
    ended = forked.status(writer.crash, root, step, torn, within_s=60)
    assert ended in {0, 99}
    return ended == 99


def is_clean(root: Path) -> bool:
    """Whether the asset's folder holds CURRENT, the lock and the versions that stay, and nothing else."""
    names = {path.name for path in (root / ASSET).iterdir()} - {"CURRENT", ".lock"}
    return len(names) <= KEEP_VERSIONS and not any(name.startswith(".") for name in names)


def kill_again_and_again(root: Path, *, kills: int, seed: int) -> int:
    """Kill a writer at random moments of its commits; the number it had reached in the end."""
    moments, accepted = random.Random(seed), -1  # noqa: S311  # chance, not secrecy
    for _ in range(kills):
        with process("count", root) as child:
            assert child.stdout is not None
            accepted = int(child.stdout.readline())
            # Not a wait for something to happen: the random moment at which the power goes.
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(moments.uniform(0, 0.025))
            child.kill()
            accepted = int((child.stdout.read().split() or [str(accepted)])[-1])
        store = open_store(root)
        assert {verdict.ok for verdict in store.verify()} == {True}
        # The kill may fall between the commit and the telling of it, so that one more is there than was told.
        assert number_in(store.read(ASSET)) in {accepted, accepted + 1}
        store.commit(ASSET, counted(accepted + 2), Provenance())
        assert number_in(store.read(ASSET)) == accepted + 2
        assert is_clean(root)
    return accepted


@pytest.mark.slow
def test_sixty_kills_lose_nothing(tmp_path: Path) -> None:
    """After each kill -9 all versions verify, the last accepted one is current, the next commit works and tidies."""
    assert kill_again_and_again(tmp_path, kills=60, seed=1) >= 2 * 60


@pytest.mark.slow
def test_five_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    """The same for longer, at other moments."""
    assert kill_again_and_again(tmp_path, kills=500, seed=2) >= 2 * 500


def nothing_before(_: Path) -> None:
    """The asset's first commit."""


def full_store(root: Path) -> None:
    """As many versions as stay, and orphans: committing also sweeps."""
    for number in range(KEEP_VERSIONS):
        open_store(root).commit(ASSET, counted(number), Provenance())
    (root / ASSET / ".staging-orphan").mkdir()
    (root / ASSET / ".CURRENT-orphan").touch()


def stored_before(root: Path) -> None:
    """What is committed is stored already, and not current: only CURRENT moves."""
    open_store(root).commit(ASSET, counted(1_000), Provenance())
    open_store(root).commit(ASSET, counted(1), Provenance())


def damaged_before(root: Path) -> None:
    """What is committed is stored and rotten: it is written again in its place."""
    stored_before(root)
    (root / ASSET / counted(1_000).version / "two.txt").write_bytes(b"rotten")


@pytest.mark.parametrize("torn", [False, True])
@pytest.mark.parametrize("before", [nothing_before, full_store, stored_before, damaged_before])
def test_a_crash_at_every_step_loses_nothing(tmp_path: Path, before: Callable[[Path], None], *, torn: bool) -> None:
    """The writer dies at its 1st, 2nd, … file-system call until none is left: the store is whole after each."""
    for step in itertools.count(1):
        root = tmp_path / str(step)
        before(root)
        old = open_store(root).read(ASSET).version if before is not nothing_before else None
        died = crashed(root, step, torn=torn)
        store = open_store(root)
        assert store.current(ASSET) in {old, counted(1_000).version}
        if store.current(ASSET):
            number_in(store.read(ASSET))
        if before is not damaged_before:
            assert {verdict.ok for verdict in store.verify()} <= {True}
        store.commit(ASSET, counted(1_000), Provenance(), expected=store.current(ASSET))
        assert number_in(store.read(ASSET)) == 1_000
        assert {verdict.ok for verdict in store.verify()} == {True}
        assert is_clean(root)
        if not died:
            break
    assert step > {nothing_before: 14, full_store: 18, stored_before: 3, damaged_before: 15}[before]


def test_two_writers_lose_no_update_and_a_reader_sees_no_mixture(tmp_path: Path) -> None:
    """Compare-and-swap under contention: every increment counts, and every read is one whole number, never smaller."""
    store = open_store(tmp_path)
    store.commit(ASSET, counted(0), Provenance())
    seen, last = 0, 0
    with process("increment", tmp_path, 40) as one, process("increment", tmp_path, 40) as other:
        while one.poll() is None or other.poll() is None:
            number = number_in(store.read(ASSET))
            assert number >= last
            seen, last = seen + 1, number
        assert (one.returncode, other.returncode) == (0, 0)
    assert number_in(store.read(ASSET)) == 80
    assert seen > 20


def test_a_reader_races_a_store_that_keeps_one_version(tmp_path: Path) -> None:
    """Where each commit sweeps what was current before, a read is a whole version or a clear error."""
    single = Store(tmp_path, keep_versions=1)
    single.commit(ASSET, counted(0), Provenance())
    whole = 0
    with process("increment", tmp_path, 60) as other:
        while other.poll() is None:
            try:
                number_in(single.read(ASSET))
                single.sweep(ASSET)
            except (NotFound, ArtifactCorrupt):
                continue
            whole += 1
    assert other.returncode == 0
    assert whole > 10


def test_a_live_writers_staging_is_never_swept(tmp_path: Path) -> None:
    """While a writer is in the middle of a commit others wait, give up with a clear error, and touch nothing of its."""
    store = Store(tmp_path, lock_timeout_s=0.1)
    store.commit(ASSET, counted(0), Provenance())
    with process("pause", tmp_path) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "staged\n"
        staging = sorted((tmp_path / ASSET).glob(".staging-*"))
        for attempt in (
            lambda: store.commit(ASSET, counted(1), Provenance()),
            lambda: store.sweep(ASSET),
            lambda: store.rollback(ASSET, counted(0).version),
        ):
            with pytest.raises(StoreUnavailable, match="Another process is writing counter"):
                attempt()
        assert sorted((tmp_path / ASSET).glob(".staging-*")) == staging != []
        assert number_in(store.read(ASSET)) == 0
        child.communicate("go on\n", timeout=60)
    assert child.returncode == 0
    assert number_in(store.read(ASSET)) == 2_000


def test_the_lock_of_a_killed_writer_is_free_at_once(tmp_path: Path) -> None:
    """The kernel releases what a killed writer held, and its staging goes with the next commit."""
    store = Store(tmp_path, lock_timeout_s=5)
    store.commit(ASSET, counted(0), Provenance())
    with process("pause", tmp_path) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.kill()
        child.wait()
    assert list((tmp_path / ASSET).glob(".staging-*"))
    store.commit(ASSET, counted(1), Provenance())
    assert is_clean(tmp_path)
