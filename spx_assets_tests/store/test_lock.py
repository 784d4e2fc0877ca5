"""One writer per asset, among threads and processes."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from spx_assets.errors import StoreUnavailable
from spx_assets.store import lock


def test_a_second_writer_is_told_who_is_in_the_way(tmp_path: Path) -> None:
    """Waiting ends with a typed error that names the asset and the lock file."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lock.held(tmp_path, timeout_s=1):
            held.set()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(30)
        with (
            pytest.raises(StoreUnavailable, match=r"Another process is writing .*\.lock"),
            lock.held(tmp_path, timeout_s=0.05),
        ):
            pytest.fail("two writers at once")
    finally:
        done.set()
        holder.join()


def test_the_lock_is_free_again_after_a_failure(tmp_path: Path) -> None:
    """A writer that raises does not keep the lock."""
    with pytest.raises(ZeroDivisionError), lock.held(tmp_path, timeout_s=1):
        raise ZeroDivisionError
    with lock.held(tmp_path, timeout_s=0):
        pass


def test_taking_the_lock_changes_no_file(tmp_path: Path) -> None:
    """Once the lock file is there, holding it leaves no trace: not a byte, not a time."""
    with lock.held(tmp_path, timeout_s=1):
        pass
    before = (tmp_path / ".lock").stat(), tmp_path.stat().st_mtime_ns
    with lock.held(tmp_path, timeout_s=1):
        pass
    after = (tmp_path / ".lock").stat(), tmp_path.stat().st_mtime_ns
    assert (before[0].st_ino, before[0].st_mtime_ns, before[1]) == (after[0].st_ino, after[0].st_mtime_ns, after[1])
