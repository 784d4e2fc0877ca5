"""A version that a person pinned stays current until it is released, and why is on record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spx_assets.errors import ArtifactCorrupt, NotFound
from spx_assets.store import Provenance, Store
from spx_assets_tests.store.conftest import committed, payload


def test_a_pin_holds_against_commits_until_its_release(store: Store) -> None:
    """What is committed meanwhile is stored, and current only after the release and another commit."""
    one, two = committed(store, "1", "2")
    store.rollback("prices", one, reason="worse", by="ann@desk")

    done = store.commit("prices", payload("3"), Provenance())

    assert (done.version, done.new) == (one, False)
    assert store.current("prices") == one
    assert {each.version for each in store.versions("prices")} == {one, two, payload("3").version}
    pin = store.pin("prices")
    assert pin is not None
    assert (pin.version, pin.reason, pin.by) == (one, "worse", "ann@desk")

    store.release("prices")

    assert store.pin("prices") is None
    assert store.current("prices") == one
    assert store.commit("prices", payload("3"), Provenance()).version == payload("3").version == store.current("prices")


def test_the_pinned_version_is_never_swept(store: Store) -> None:
    """However many are committed while it holds."""
    one, _two = committed(store, "1", "2")
    store.rollback("prices", one, reason="worse")

    committed(store, "3", "4", "5", "6")

    assert store.read("prices").version == one


def test_a_rollback_that_was_killed_before_current_moved_is_completed(store: Store, folder: Path) -> None:
    """The pin says what should be current: the next commit moves CURRENT there."""
    one, two = committed(store, "1", "2")
    store.rollback("prices", one, reason="worse")
    (folder / "CURRENT").write_text(f"{two}\n")

    store.commit("prices", payload("2"), Provenance())

    assert store.current("prices") == one


def test_every_event_stays_on_record(store: Store, folder: Path) -> None:
    """Pinned, pinned elsewhere, released: three immutable files in order."""
    one, two = committed(store, "1", "2")
    store.rollback("prices", one, reason="first")
    store.rollback("prices", two, reason="second")
    store.release("prices", by="ann@desk")

    events = [json.loads(file.read_text()) for file in sorted((folder / "pins").iterdir())]

    assert [next(iter(event)) for event in events] == ["pinned", "pinned", "released"]
    assert [event["pinned"]["reason"] for event in events[:2]] == ["first", "second"]
    assert events[2]["released"]["by"] == "ann@desk"


def test_nothing_is_pinned_without_a_version_or_released_without_a_pin(store: Store) -> None:
    """Typed errors, and nothing written."""
    (one,) = committed(store, "1")

    with pytest.raises(NotFound):
        store.rollback("prices", "0" * 16, reason="worse")
    with pytest.raises(NotFound, match="not pinned"):
        store.release("prices")

    assert store.pin("prices") is None
    assert store.current("prices") == one


@pytest.mark.parametrize(
    "text", ["", "{}", '{"pinned": {}}', '{"pinned": {"version": 1, "reason": 2, "at": 3, "by": 4}}']
)
def test_a_damaged_pin_is_no_pin_that_nobody_sees(store: Store, folder: Path, text: str) -> None:
    """It stops writers with the two ways on; either of them works."""
    one, _ = committed(store, "1", "2")
    store.rollback("prices", one, reason="worse")
    (folder / "pins" / "000001.json").write_text(text)

    with pytest.raises(ArtifactCorrupt, match="--release"):
        store.commit("prices", payload("3"), Provenance())

    store.release("prices")
    assert store.pin("prices") is None
