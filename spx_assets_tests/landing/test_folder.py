"""The folder: nothing is lost, nothing is overwritten, nothing half-written is touched."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from spx_assets.errors import DataRefused, NotFound, StoreUnavailable, UsageError
from spx_assets.landing.dropped import Dropped, digest_of
from spx_assets.landing.folder import Landing

LATER = 4e9  # long after any file here was touched


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    """An empty landing folder."""
    made = Landing(tmp_path / "landing")
    made.prepare()
    return made


def _drop(landing: Landing, name: str, content: str) -> tuple[Dropped, str]:
    path = landing.folder / name
    path.write_text(content)
    file = Dropped.at(path)
    assert file is not None
    return file, digest_of(path)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_accepted_file_moves(landing: Landing) -> None:
    """To accepted/, under its name, with its bytes."""
    file, digest = _drop(landing, "vix.csv", "1")

    assert landing.accept(file, digest) == landing.accepted / "vix.csv"
    assert (landing.accepted / "vix.csv").read_text() == "1"
    assert landing.waiting() == ()


def test_other_content_of_the_same_name_gets_its_digest(landing: Landing) -> None:
    """Three contents of one name are three files; the same content again is the same file."""
    for content in ("1", "2", "3", "2"):
        landing.accept(*_drop(landing, "vix.csv", content))

    kept = [path.read_text() for path in landing.accepted.iterdir()]
    assert sorted(kept) == ["1", "2", "3"]
    assert all(name.startswith("vix") and name.endswith(".csv") for name in _names(landing.accepted))


def test_a_rejected_file_has_its_reason_beside_it(landing: Landing) -> None:
    """Name, digest, size and the words of the refusal."""
    file, digest = _drop(landing, "bad.csv", "x")

    moved = landing.reject(file, digest, {"text": "why", "acceptable": False})

    assert moved == landing.rejected / "bad.csv"
    note = json.loads((landing.rejected / "bad.csv.reason.json").read_text())
    assert note == {"file": "landing/bad.csv", "sha256": digest, "bytes": 1, "text": "why", "acceptable": False}


def test_a_file_that_grew_since_it_was_read_stays(landing: Landing) -> None:
    """Neither accepted nor rejected: the next run judges all of it."""
    file, digest = _drop(landing, "grows.csv", "1")
    file.path.write_text("1\n2")

    assert landing.accept(file, digest) is None
    assert landing.reject(file, digest, {}) is None
    assert [waiting.path.read_text() for waiting in landing.waiting()] == ["1\n2"]
    assert _names(landing.rejected) == []


def test_a_file_being_written_is_left_for_the_next_run(landing: Landing) -> None:
    """Looked at twice: what changed in between is not settled, what did not is."""
    growing, _ = _drop(landing, "growing.csv", "1")
    still, _ = _drop(landing, "still.csv", "1")

    def write_on(_seconds: float) -> None:
        growing.path.write_text("1\n2")

    assert landing.settled(now_s=still.modified_ns / 1e9 + 1, wait=write_on) == (still,)


def test_old_files_are_not_waited_for(landing: Landing) -> None:
    """Only a file touched in the last seconds costs a second look."""
    file, _ = _drop(landing, "old.csv", "1")
    os.utime(file.path, ns=(10**18, 10**18))

    assert len(landing.settled(now_s=LATER, wait=lambda _seconds: pytest.fail("waited"))) == 1


def test_what_is_not_read_is_said(landing: Landing) -> None:
    """Unfinished names, folders and links are listed with why; hidden files are nobody's data."""
    _drop(landing, "a.csv.part", "1")
    _drop(landing, ".DS_Store", "1")
    (landing.folder / "folder").mkdir()
    (landing.folder / "link.csv").symlink_to("nowhere")

    assert landing.waiting() == ()
    assert [name for name, _ in landing.left_alone()] == ["a.csv.part", "folder", "link.csv"]


def test_a_run_cut_off_after_its_commit_is_finished(landing: Landing) -> None:
    """The journal names the version and the files: once it is current, they belong to accepted/."""
    landing.intend("v2", [_drop(landing, "vix.csv", "1")])

    moved = Landing(landing.folder).resume("v2")

    assert moved == (landing.accepted / "vix.csv",)
    assert (landing.waiting(), landing.resume("v2")) == ((), ())


@pytest.mark.parametrize("current", ["v1", None])
def test_a_run_cut_off_before_its_commit_left_nothing_to_finish(landing: Landing, current: str | None) -> None:
    """Its version is not current: the file is judged again, and the journal is forgotten."""
    landing.intend("v2", [_drop(landing, "vix.csv", "1")])

    assert landing.resume(current) == ()
    assert len(landing.waiting()) == 1
    assert landing.resume("v2") == ()


def test_only_the_content_that_was_merged_is_moved(landing: Landing) -> None:
    """A file replaced after the cut is another file."""
    landing.intend("v2", [_drop(landing, "vix.csv", "1")])
    _drop(landing, "vix.csv", "2")

    assert landing.resume("v2") == ()
    assert len(landing.waiting()) == 1


@pytest.mark.parametrize(
    "journal",
    [
        {"version": "v2", "accept": [{"name": "../secret.csv", "sha256": "of secret.csv"}]},
        {"version": "v2", "accept": [{"name": "", "sha256": "x"}]},
        {"version": "v2", "accept": [{"name": 1}]},
        {"version": "v2", "accept": 7},
        {"version": "v2"},
        [],
    ],
)
def test_a_damaged_journal_moves_nothing_and_stops_nothing(journal: Any, landing: Landing, tmp_path: Path) -> None:
    """No file of elsewhere is moved, and the next run is not kept from its work."""
    (tmp_path / "secret.csv").write_text("1")
    text = json.dumps(journal).replace("of secret.csv", digest_of(tmp_path / "secret.csv"))
    (landing.records / "journal.json").write_text(text)

    assert landing.resume("v2") == ()
    assert (tmp_path / "secret.csv").exists()
    assert not (landing.records / "journal.json").exists()


def test_what_is_planted_beside_a_dropped_file_has_no_effect(landing: Landing) -> None:
    """Approvals and journal in landing/ are named as ignored: who may drop a file may not approve it."""
    file, digest = _drop(landing, "vix.csv", "1")
    (landing.folder / ".approvals.json").write_text(json.dumps({digest: {"file": "vix.csv", "at": "now"}}))
    journal = {"version": "v2", "accept": [{"name": "vix.csv", "sha256": digest}]}
    (landing.folder / ".journal.json").write_text(json.dumps(journal))

    assert landing.approvals() == {}
    assert landing.resume("v2") == ()
    assert landing.waiting() == (file,)
    assert {".approvals.json", ".journal.json"} == {name for name, why in landing.left_alone() if "ignored" in why}
    landing.approve(file.path, at="now")
    assert {digest} == set(landing.approvals())
    assert landing.records.parent == landing.folder.parent


@pytest.mark.parametrize("first", ["bad.csv", "bad.csv.reason.json"])
def test_a_dropped_reason_is_not_overwritten_by_a_reason(landing: Landing, first: str) -> None:
    """Whichever of the two is rejected first, both contents stay, each with its own reason."""
    contents = {"bad.csv": "x", "bad.csv.reason.json": '{"mine": 1}'}
    for name in sorted(contents, key=lambda name: name != first):
        landing.reject(*_drop(landing, name, contents[name]), {"text": f"reason of {name}"})

    shown = {row["why"]: landing.rejected / row["file"] for row in landing.rows() if row["state"] == "rejected"}
    assert {f"reason of {name}": text for name, text in contents.items()} == {
        why: path.read_text() for why, path in shown.items()
    }


def test_what_stands_at_the_place_of_a_reason_stays(landing: Landing) -> None:
    """Even when somebody put it into rejected/ himself."""
    (landing.rejected / "bad.csv.reason.json").write_text('{"mine": 1}')

    place = landing.reject(*_drop(landing, "bad.csv", "x"), {"text": "why"})

    assert place is not None
    assert '{"mine": 1}' == (landing.rejected / "bad.csv.reason.json").read_text()
    assert "why" == json.loads(place.with_name(f"{place.name}.reason.json").read_text())["text"]


@pytest.mark.parametrize(
    "name", ["x" * 251 + ".csv", "三" * 83 + ".csv", "x." + "y" * 253, "a\nb\x1b[2J.csv", "\udcff.csv"]
)
def test_a_name_of_any_length_and_bytes_is_sorted_out(landing: Landing, name: str) -> None:
    """There is room for the reason and its draft beside it; nothing acts on a terminal."""
    rejected = landing.reject(*_drop(landing, name, "x"), {"text": "why"})
    accepted = landing.accept(*_drop(landing, name, "1"))

    assert (rejected is None, accepted is None, landing.waiting()) == (False, False, ())
    assert ["why", "in raw_market"] == [row["why"] for row in landing.rows()]


def test_what_is_no_regular_file_is_named_and_stops_no_other(landing: Landing) -> None:
    """A folder, a pipe, a socket and a dangling link among good files."""
    file, _ = _drop(landing, "good.csv", "1")
    (landing.folder / "folder.csv").mkdir()
    os.mkfifo(landing.folder / "pipe.csv")
    (landing.folder / "link.csv").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(landing.folder / "socket.csv"))

        assert (file,) == landing.settled(now_s=LATER)
        assert ["folder.csv", "link.csv", "pipe.csv", "socket.csv"] == [name for name, _ in landing.left_alone()]


def test_an_approved_file_goes_back(landing: Landing) -> None:
    """By name: it waits again, its content is approved, what it was refused for is kept with the approval."""
    file, digest = _drop(landing, "vix.csv", "1")
    landing.reject(file, digest, {"text": "rewrites history", "acceptable": True})

    place = landing.approve(Path("vix.csv"), at="2024-07-01T12:00:00+00:00")

    assert place == landing.folder / "vix.csv"
    assert _names(landing.rejected) == []
    assert landing.approvals() == {
        digest: {"file": "vix.csv", "at": "2024-07-01T12:00:00+00:00", "was refused for": "rewrites history"}
    }


def test_a_file_elsewhere_is_approved_where_it_is(landing: Landing, tmp_path: Path) -> None:
    """A `--source` file of the user's own is never moved."""
    (tmp_path / "mine.csv").write_text("1")

    assert landing.approve(tmp_path / "mine.csv", at="now") == tmp_path / "mine.csv"
    assert digest_of(tmp_path / "mine.csv") in landing.approvals()


def test_what_cannot_be_approved_is_refused(landing: Landing) -> None:
    """Damaged content, a file accepted already, no file."""
    landing.reject(*_drop(landing, "bad.csv", "x"), {"text": "not a number", "acceptable": False})
    landing.accept(*_drop(landing, "good.csv", "1"))

    with pytest.raises(DataRefused, match="not a number"):
        landing.approve(Path("bad.csv"), at="now")
    with pytest.raises(UsageError, match="accepted already"):
        landing.approve(landing.accepted / "good.csv", at="now")
    with pytest.raises(NotFound):
        landing.approve(Path("none.csv"), at="now")
    assert landing.approvals() == {}


def test_quarantined_content_can_be_approved(landing: Landing) -> None:
    """What a live source sent becomes a file that a person can look at and accept."""
    kept = landing.quarantine("rewrite.csv", b"series,date,value\n", "d" * 64, {"text": "why", "acceptable": True})

    assert kept.read_bytes() == b"series,date,value\n"
    assert landing.approve(Path("rewrite.csv"), at="now") == landing.folder / "rewrite.csv"


def test_rows_show_every_file_and_why(landing: Landing) -> None:
    """Waiting, left alone, rejected with its reason, accepted."""
    landing.accept(*_drop(landing, "good.csv", "1"))
    landing.reject(*_drop(landing, "bad.csv", "x"), {"text": "not a number"})
    _drop(landing, "new.csv", "1")
    _drop(landing, "half.csv.part", "1")

    shown = [(row["state"], row["file"], row["why"]) for row in landing.rows()]

    assert shown == [
        ("waiting", "new.csv", "read by the next run"),
        ("left alone", "half.csv.part", "its name says that it is not finished"),
        ("rejected", "bad.csv", "not a number"),
        ("accepted", "good.csv", "in raw_market"),
    ]


def test_a_home_without_landing_shows_nothing(tmp_path: Path) -> None:
    """Looking makes no folder."""
    landing = Landing(tmp_path / "landing")

    assert (landing.rows(), landing.waiting(), landing.resume(None)) == ([], (), ())
    assert not landing.folder.exists()


def test_a_place_that_cannot_be_written_is_a_typed_error(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "landing").write_text("in the way")

    with pytest.raises(StoreUnavailable, match="cannot be made"):
        Landing(tmp_path / "landing").prepare()
