"""When the landing folder has something to read: finished, new by content, asked for once."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from spx_assets.landing import Landing
from spx_assets.landing.watch import PATIENCE_S, Look, Watch, look

TEXT = "date,close\n2019-01-02,2510.03\n"


class Folder:
    """A landing folder looked at every five seconds."""

    def __init__(self, folder: Path) -> None:
        self.landing = Landing(folder)
        self.landing.prepare()
        self.watch, self.now_s = Watch(), 1e9

    def drop(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.landing.folder / name
        path.write_text(text)
        return path

    def look(self, after_s: float = 5.0) -> Look:
        """The next look; what it remembers goes through text, as a sensor's cursor does."""
        self.now_s += after_s
        found = look(self.landing, self.watch, now_s=self.now_s)
        self.watch = Watch.load(found.watch.dump())
        return found


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty landing folder."""
    return Folder(tmp_path / "landing")


def test_a_file_counts_at_the_second_look_and_once(folder: Folder) -> None:
    """Stable from one look to the next, then never again."""
    folder.drop("a.csv", TEXT)

    assert [len(folder.look().contents) for _ in range(4)] == [0, 1, 0, 0]


def test_touching_or_copying_a_known_file_does_nothing(folder: Folder) -> None:
    """Content decides, not name or time: asked for before, or accepted before."""
    first = folder.drop("a.csv", TEXT)
    folder.look()
    folder.look()
    (folder.landing.accepted / "old.csv").write_text("date,close\n2019-01-03,2447.89\n")

    os.utime(first)
    folder.drop("copy.csv", TEXT)
    folder.drop("accepted.csv", "date,close\n2019-01-03,2447.89\n")

    assert [folder.look().contents for _ in range(3)] == [(), (), ()]


def test_half_a_file_waits_for_its_rest(folder: Folder) -> None:
    """A file that ends within a line waits, also when nothing is written for a while; its rest makes one question."""
    half = folder.drop("a.csv", TEXT[:-4])
    looks = [folder.look() for _ in range(5)]
    half.write_text(TEXT)

    assert all(found.contents == () for found in looks)
    assert "not finished" in looks[-1].why
    assert [len(folder.look().contents) for _ in range(3)] == [0, 1, 0]


def test_a_file_without_a_last_line_break_is_read_in_the_end(folder: Folder) -> None:
    """Some finished files end so: after a minute without change it counts as whole."""
    folder.drop("a.csv", TEXT[:-1])
    folder.look()

    assert len(folder.look(PATIENCE_S).contents) == 1


def test_a_file_that_somebody_writes_waits(folder: Folder) -> None:
    """Open for writing, although it looks whole and unchanged."""
    with (folder.landing.folder / "a.csv").open("w") as file:
        file.write(TEXT)
        file.flush()
        assert [folder.look().contents for _ in range(3)] == [(), (), ()]

    assert len(folder.look().contents) == 1


def test_a_finished_file_waits_for_an_unfinished_one_for_a_minute(folder: Folder) -> None:
    """The run that reads the one would meet the half of the other; for ever it does not wait."""
    folder.drop("whole.csv", TEXT)
    half = folder.drop("half.csv", "date,close\n2019-01")
    folder.look()

    assert "half.csv" in folder.look().why
    half.write_text(half.read_text() + "-04,")
    folder.look()
    half.write_text(half.read_text() + "25")
    assert len(folder.look(PATIENCE_S).contents) == 1


def test_several_files_are_one_question(folder: Folder) -> None:
    """Dropped together, read together."""
    for i in range(3):
        folder.drop(f"{i}.csv", TEXT.replace("2510", f"251{i}"))
    folder.look()

    assert len(folder.look().contents) == 3


def test_an_approved_file_is_news_again(folder: Folder) -> None:
    """It was refused with this content; a person's word changes what comes of it."""
    folder.drop("a.csv", TEXT)
    folder.look()
    (asked,) = folder.look().contents
    folder.landing.approve(folder.landing.folder / "a.csv", at="2026-01-01")

    assert folder.look().contents == (f"{asked}+approved",)


def test_an_unreadable_memory_starts_anew() -> None:
    """A cursor of another version is no reason to stop looking."""
    assert Watch.load("not json") == Watch()
    assert Watch.load('{"unknown": 1}') == Watch()


def test_a_file_that_cannot_be_read_is_named_once_and_stops_no_other(as_nobody: Path) -> None:
    """The others are asked for; once it can be read it is as well."""
    folder = Folder(as_nobody / "landing")
    secret = folder.drop("secret.csv", TEXT)
    secret.chmod(0)
    folder.look()

    named = [folder.look() for _ in range(2)]
    folder.drop("good.csv", TEXT + "2019-01-03,2447.89\n")
    folder.look()
    good = folder.look()
    secret.chmod(0o600)

    assert ["Nothing new. landing/secret.csv cannot be read: Permission denied.", "Nothing new."] == [
        look.why for look in named
    ]
    assert len(good.contents) == 1
    assert len(folder.look().contents) == 1


def test_many_small_files_are_looked_at_in_time(folder: Folder) -> None:
    """What lies in accepted/ is read once for all of them, not once for each."""
    for number in range(300):
        folder.drop(f"{number}.csv", f"{TEXT}{number:03}\n")
        (folder.landing.accepted / f"{number}.csv").write_text(f"{TEXT}{number + 150:03}\n")
    folder.look()

    began = time.process_time()
    assert len(folder.look().contents) == 150
    assert time.process_time() - began < 1
