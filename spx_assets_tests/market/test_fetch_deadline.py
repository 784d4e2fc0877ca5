"""The clock of a source's requests: nothing outlasts it, not even what cannot be stopped."""

from __future__ import annotations

import threading
import time

import httpcore
import pytest

from spx_assets.market.fetch_deadline import BoundedBackend, Deadline, bounded


def test_a_deadline_counts_down() -> None:
    """By the clock it is given."""
    clock = iter([100.0, 103.0, 111.0, 111.0])
    deadline = Deadline(10.0, lambda: next(clock))
    assert deadline.some() == 7.0
    assert deadline.left() == -1.0
    with pytest.raises(httpcore.ReadTimeout):
        deadline.some()


def test_work_done_in_time_gives_its_result() -> None:
    """Or its error."""
    assert bounded(lambda: 7, 1.0) == 7
    with pytest.raises(ZeroDivisionError):
        bounded(lambda: 1 // 0, 1.0)


def test_work_that_does_not_end_is_left_behind() -> None:
    """A look-up that hangs costs the deadline and no more."""
    never = threading.Event()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        bounded(lambda: never.wait(30), 0.1)
    assert time.monotonic() - began < 1.0
    never.set()


def test_a_connection_to_nobody_is_an_error_of_its_kind() -> None:
    """Port 9 of loopback is closed; a name that is no name is not found."""
    backend = BoundedBackend(Deadline(5.0, time.monotonic))
    with pytest.raises(httpcore.ConnectError):
        backend.connect_tcp("127.0.0.1", 9)
    with pytest.raises(httpcore.ConnectError, match="was not found"):
        backend.connect_tcp("nowhere.invalid", 80)


def test_nothing_begins_after_the_deadline() -> None:
    """Neither a connection nor a read."""
    backend = BoundedBackend(Deadline(0.0, time.monotonic))
    with pytest.raises(httpcore.TimeoutException):
        backend.connect_tcp("127.0.0.1", 9)
