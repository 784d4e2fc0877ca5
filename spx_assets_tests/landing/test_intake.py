"""Each dropped file is judged alone; a refused one changes nothing and stops nobody."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest

from spx_assets import market
from spx_assets.landing import Dropped, Intake, intake, notes, take_in
from spx_assets.landing.dropped import digest_of
from spx_assets_tests.landing import yahoo

NOW = pd.Timestamp("2024-07-01 12:00", tz="UTC")


def _dropped(folder: Path) -> list[Dropped]:
    return [file for path in sorted(folder.iterdir()) if (file := Dropped.at(path)) is not None]


def _take(
    known: pd.DataFrame,
    files: Iterable[Dropped] = (),
    *,
    reading: market.Reading | None = None,
    approvals: object = None,
) -> Intake:
    given = reading or market.Reading(market.no_observations())
    return take_in(known, given, files, now=NOW, approvals=approvals)  # type: ignore[arg-type]  # a mapping or None


def test_good_files_are_merged_and_bad_ones_named(observations: pd.DataFrame, tmp_path: Path) -> None:
    """Of three files the damaged one is refused by line and column; the others are in, under their landing names."""
    yahoo.drop(tmp_path, "a.csv", yahoo.csv("2019-01-02", "2019-01-31"))
    yahoo.drop(tmp_path, "b.csv", yahoo.csv("2019-02-01", "2019-02-28").replace(",2501.85,", ',"2,501.85",', 1))
    yahoo.drop(tmp_path, "c_VIX.csv", "DATE,OPEN,HIGH,LOW,CLOSE\n02/04/2019,16.1,16.5,15.6,15.73\n")

    intake = _take(observations, _dropped(tmp_path))

    assert [judged.file.path.name for judged in intake.accepted] == ["a.csv", "c_VIX.csv"]
    (refused,) = intake.rejected
    assert "landing/b.csv line" in str(refused.refusal)
    assert "2,501.85" in str(refused.refusal)
    assert refused.rows == 19
    assert intake.new == 21 * 5 + 1 == len(intake.observations) - len(observations)
    assert set(intake.observations["source"]) - set(observations["source"]) == {"landing/a.csv", "landing/c_VIX.csv"}


def test_the_result_does_not_depend_on_where_the_home_is(observations: pd.DataFrame, tmp_path: Path) -> None:
    """Two homes with the same files hold the same observations, to the byte."""
    for home in ("one", "another/home"):
        yahoo.drop(tmp_path / home, "a.csv", yahoo.csv("2019-01-02", "2019-01-31"))

    one, other = (_take(observations, _dropped(tmp_path / home)) for home in ("one", "another/home"))

    pd.testing.assert_frame_equal(one.observations, other.observations)


def test_a_small_revision_is_a_new_row_and_listed(observations: pd.DataFrame, tmp_path: Path) -> None:
    """Before and after of each value; the old row is still there."""
    yahoo.drop(tmp_path, "fix.csv", yahoo.of(observations, "2018-12-20", "2018-12-20", factor=1.001))

    intake = _take(observations, _dropped(tmp_path))

    assert (intake.new, intake.revised) == (0, 4)
    assert intake.revisions["known_at"].eq(NOW).all()
    both = intake.observations.query("series == 'spx_close' and date == '2018-12-20'")
    assert both["value"].iloc[1] == pytest.approx(1.001 * both["value"].iloc[0])


def test_a_rewrite_is_refused_with_its_diff_until_approved(observations: pd.DataFrame, tmp_path: Path) -> None:
    """Two years of prices, each a per cent higher: refused as a whole, merged once its content is approved."""
    path = yahoo.drop(tmp_path, "rewrite.csv", yahoo.of(observations, "2010-01-01", "2011-12-31", factor=1.01))

    (refused,) = _take(observations, _dropped(tmp_path)).rejected
    intake = _take(observations, _dropped(tmp_path), approvals={digest_of(path): {}})

    reason = refused.reason()
    assert reason["acceptable"]
    assert "spx accept rewrite.csv" in reason["way out"]
    assert reason["differences"] == 4 * 504
    assert len(reason["first differences"]) == 100
    assert set(reason["first differences"][0]) == {"series", "date", "before", "after", "source", "what"}
    assert (intake.rejected, intake.revised) == ((), 4 * 504)


def test_a_reason_is_plain_json(observations: pd.DataFrame, tmp_path: Path) -> None:
    """Dates as days, what is missing as null."""
    yahoo.drop(tmp_path, "a.csv", yahoo.of(observations, "2018-01-02", "2018-12-31", factor=1.01))
    known = _take(observations, _dropped(tmp_path), approvals={digest_of(tmp_path / "a.csv"): {}}).observations
    yahoo.drop(tmp_path, "a.csv", yahoo.of(observations, "2018-01-02", "2018-03-01", factor=1.01))

    (refused,) = _take(known, _dropped(tmp_path)).rejected
    notes.write(tmp_path / "note.json", refused.reason())

    first = json.loads((tmp_path / "note.json").read_text())["first differences"][0]
    assert (first["date"], first["after"], first["what"]) == ("2018-03-02", None, "gone")


def test_a_hole_is_refused_with_the_sessions_that_are_missing(observations: pd.DataFrame, tmp_path: Path) -> None:
    """A file that begins months after the known closes end would make returns across the hole."""
    yahoo.drop(tmp_path, "later.csv", yahoo.csv("2019-03-01", "2019-03-22"))

    (refused,) = _take(observations, _dropped(tmp_path)).rejected

    assert "leaves sessions without a close: 2019-01-02, 2019-01-03" in str(refused.refusal)
    assert not refused.reason()["acceptable"]


def test_a_file_that_fills_a_hole_is_in_time_whatever_its_name(observations: pd.DataFrame, tmp_path: Path) -> None:
    """March is tried again after January and February came, though its name sorts first."""
    yahoo.drop(tmp_path, "a_march.csv", yahoo.csv("2019-03-01", "2019-03-22"))
    yahoo.drop(tmp_path, "b_february.csv", yahoo.csv("2019-02-01", "2019-02-28"))
    yahoo.drop(tmp_path, "c_january.csv", yahoo.csv("2019-01-02", "2019-01-31"))

    intake = _take(observations, _dropped(tmp_path))

    assert intake.rejected == ()
    assert len(intake.judged) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (yahoo.csv("2019-01-02", "2019-01-31", factor=1.35), "makes closes jump"),
        ("series,date,value\nspx_high,2018-12-20,2400.0\n", "makes highs and lows inconsistent"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(text: str, said: str, observations: pd.DataFrame, tmp_path: Path) -> None:
    """Sound by itself, impossible together with what is known: another unit, a high below the close."""
    yahoo.drop(tmp_path, "odd.csv", text)

    (refused,) = _take(observations, _dropped(tmp_path)).rejected

    assert said in str(refused.refusal)
    assert len(refused.diff) >= 1


def test_the_same_files_again_add_nothing(observations: pd.DataFrame, tmp_path: Path) -> None:
    """After a crash between commit and move every file is read a second time, later."""
    yahoo.drop(tmp_path, "a.csv", yahoo.csv("2019-01-02", "2019-01-31"))
    yahoo.drop(tmp_path, "fix.csv", yahoo.of(observations, "2018-12-20", "2018-12-20", factor=1.001))
    once = _take(observations, _dropped(tmp_path))

    twice = take_in(once.observations, market.Reading(observations), _dropped(tmp_path), now=NOW + pd.Timedelta(days=1))

    assert (twice.new, twice.revised) == (0, 0)
    pd.testing.assert_frame_equal(once.observations, twice.observations)


def test_the_source_does_not_undo_what_was_dropped(observations: pd.DataFrame, tmp_path: Path) -> None:
    """The next run reads the old value from its source again; the dropped correction stands."""
    yahoo.drop(tmp_path, "fix.csv", yahoo.of(observations, "2018-12-20", "2018-12-20", factor=1.001))
    fixed = _take(observations, _dropped(tmp_path)).observations

    again = _take(fixed, reading=market.Reading(observations))

    assert (again.new, again.revised) == (0, 0)


def test_a_source_that_rewrites_is_handed_to_the_caller(observations: pd.DataFrame) -> None:
    """With its reasons and its diff; a file of the user's that was approved is not judged."""
    rewritten = observations.assign(value=observations["value"] * 1.01)

    found = _take(observations, reading=market.Reading(rewritten)).rewrite

    assert len(found.reasons) == 9
    assert {"spx_close", "vix_close", "core_cpi"} <= set(found.diff["series"])


def test_an_approved_source_file_may_rewrite(observations: pd.DataFrame, tmp_path: Path) -> None:
    """By the content of the file that the rows came from."""
    path = yahoo.drop(tmp_path, "mine.csv", yahoo.of(observations, "2010-01-01", "2011-12-31", factor=1.01))
    held = market.Access(known=market.known_from(observations))
    reading = market.read_source(str(path), now=NOW, access=held)

    refused = _take(observations, reading=reading)
    approved = _take(observations, reading=reading, approvals={digest_of(path): {}})

    assert refused.rewrite.reasons != ()
    assert (approved.rewrite.reasons, approved.revised) == ((), 4 * 504)


def test_a_file_that_went_away_or_is_too_large(observations: pd.DataFrame, tmp_path: Path) -> None:
    """Gone: left alone and said. Too large: refused without being read."""
    gone = Dropped(tmp_path / "gone.csv", 3, 0, 0)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(300 * 2**20)

    intake = _take(observations, [gone, *_dropped(tmp_path)])

    assert [name for name, _ in intake.left_alone] == ["landing/gone.csv"]
    assert "larger than 256 MB" in str(intake.rejected[0].refusal)


def _month(number: int) -> tuple[str, str]:
    first = pd.Timestamp("2019-01-01") + pd.DateOffset(months=number)
    return f"{first:%Y-%m-%d}", f"{first + pd.offsets.MonthEnd():%Y-%m-%d}"


def test_files_judged_together_are_judged_as_one_by_one(
    observations: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Good, damaged, repeated, revising and gap-leaving files: the same rows, verdicts and counts either way."""
    for number in (0, 1, 2, 3, 5):
        yahoo.drop(tmp_path, f"{number}.csv", yahoo.csv(*_month(number)))
    yahoo.drop(tmp_path, "1-again.csv", yahoo.csv(*_month(1)))
    yahoo.drop(tmp_path, "2-damaged.csv", yahoo.csv(*_month(2)).replace(",", ";", 9))
    yahoo.drop(tmp_path, "3-fix.csv", yahoo.of(observations, "2018-12-20", "2018-12-20", factor=1.001))

    together = _take(observations, _dropped(tmp_path))
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 1)
    alone = _take(observations, _dropped(tmp_path))

    pd.testing.assert_frame_equal(alone.observations, together.observations)
    assert _verdicts(alone) == _verdicts(together)
    assert (alone.fetched, alone.new, alone.revised) == (together.fetched, together.new, together.revised)
    assert {"2-damaged.csv", "5.csv"} == {judged.file.path.name for judged in together.rejected}


def _verdicts(taken: Intake) -> dict[str, tuple[int, int, int, str]]:
    return {
        judged.file.path.name: (judged.rows, judged.new, judged.revised, str(judged.refusal)) for judged in taken.judged
    }


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_thousand_small_files_are_taken_in_within_minutes(observations: pd.DataFrame, tmp_path: Path) -> None:
    """A value a file, one of them damaged: less than 50 ms of processor a file, where one by one took 200."""
    days = pd.bdate_range("1960-01-04", periods=10_000)
    for number, day in enumerate(days):
        (tmp_path / f"{number:05}.csv").write_text(f"date,treasury_10y\n{day:%Y-%m-%d},{3 + number % 7 / 100:.2f}\n")
    (tmp_path / "07777.csv").write_text("date,treasury_10y\n2001-01-01,\n")
    began = time.process_time()

    taken = _take(observations, _dropped(tmp_path))

    assert (9_999, 1, 9_999) == (len(taken.accepted), len(taken.rejected), taken.new)
    assert time.process_time() - began < 500
