"""Files, folders and globs: what is read, in which order, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from spx_assets.errors import NotFound, SourceRefused
from spx_assets.market import calendar
from spx_assets.market.sources import files
from spx_assets_tests.market.documents import (
    NOW,
    STOOQ,
    YAHOO,
    as_bytes,
    closes_through_references,
    fred_csv,
    yahoo_csv,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a Yahoo, a FRED and a Parquet file, and a text that is none of them."""
    (tmp_path / "b_spx.csv").write_bytes(yahoo_csv(5))
    (tmp_path / "a_dgs10.CSV").write_bytes(fred_csv())
    (tmp_path / "README.txt").write_text("not data")
    frame = pd.DataFrame({"date": pd.to_datetime(["2024-01-02"]), "vix_close": [13.2]})
    frame.to_parquet(tmp_path / "c_vix.parquet")
    return tmp_path


def test_one_file(folder: Path) -> None:
    """Its observations, and its URI as their source."""
    reading = files.read(str(folder / "b_spx.csv"), now=NOW)
    assert len(reading.observations) == 25
    assert reading.sources == ((folder / "b_spx.csv").as_uri(),)
    assert set(reading.observations["source"]) == set(reading.sources)


def test_every_data_file_of_a_folder_in_order(folder: Path) -> None:
    """CSV and Parquet, whatever case their suffix has, better vendors first; files of other kinds are named."""
    reading = files.read(folder, now=NOW)
    assert [Path(source).name for source in reading.sources] == ["a_dgs10.CSV", "c_vix.parquet", "b_spx.csv"]
    assert len(reading.observations) == 9 + 25 + 1
    assert len(reading.repairs) == 1
    assert reading.left_out == (f"skipped: {folder}/README.txt is text; rename it to .csv if it is a table",)
    assert reading.read_as[2] == "5 values of spx_close (with open, high, low, volume) from b_spx.csv"


def test_a_glob(folder: Path) -> None:
    """The files that match, in order."""
    reading = files.read(f"{folder}/[ab]_*", now=NOW)
    assert [Path(source).name for source in reading.sources] == ["a_dgs10.CSV", "b_spx.csv"]


def test_a_file_whose_name_looks_like_a_glob(tmp_path: Path) -> None:
    """A name is taken literally before it is a pattern."""
    path = tmp_path / "spx[1].csv"
    path.write_bytes(yahoo_csv(2))
    assert files.read(str(path), now=NOW).sources == (path.as_uri(),)


@pytest.mark.parametrize("name", ["none.csv", "none*.csv", "empty"])
def test_what_is_not_there(tmp_path: Path, name: str) -> None:
    """A missing file, a glob without matches, a folder without data: the way out says what is accepted."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound) as missing:
        files.read(str(tmp_path / name), now=NOW)
    assert name in str(missing.value)
    assert "sample" in missing.value.way_out
    assert "folder" in missing.value.way_out


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    """The operating system's refusal is ours."""
    with pytest.raises((SourceRefused, NotFound)):
        files.read(str(tmp_path / ("x" * 5_000)), now=NOW)


def test_a_refused_file_refuses_the_reading(folder: Path) -> None:
    """One damaged file of a folder: its own message, nothing accepted."""
    (folder / "d.csv").write_bytes(b"date,wti\n2024-01-02,NaN\n")
    with pytest.raises(SourceRefused, match=r"d\.csv line 2, column wti"):
        files.read(folder, now=NOW)


def test_all_refused_files_are_reported(folder: Path) -> None:
    """Two damaged files, one report."""
    (folder / "d.csv").write_bytes(b"date,wti\n2024-01-02,NaN\n")
    (folder / "e.csv").write_bytes(b"")
    with pytest.raises(SourceRefused, match="2 of 5 files") as refused:
        files.read(folder, now=NOW)
    assert "d.csv line 2, column wti" in str(refused.value)
    assert "e.csv is empty" in str(refused.value)


def test_the_first_file_that_has_a_value_gives_it(tmp_path: Path) -> None:
    """Gaps come from the next file; a disagreement is said, never averaged."""
    (tmp_path / "1.csv").write_bytes(b"date,wti\n2024-01-02,70.00\n2024-01-04,72.00\n")
    (tmp_path / "2.csv").write_bytes(b"date,wti\n2024-01-02,70.50\n2024-01-03,71.00\n2024-01-04,72.0001\n")
    reading = files.read(tmp_path, now=NOW)
    assert list(reading.observations["value"]) == [70.0, 71.0, 72.0]
    assert [Path(source).name for source in reading.observations["source"]] == ["1.csv", "2.csv", "1.csv"]
    assert reading.repairs == (
        f"file://{tmp_path}/2.csv: 1 values of wti differ from an earlier source's, which stand",
    )


def test_two_series_of_the_same_dates_do_not_meet(tmp_path: Path) -> None:
    """Order of files decides per series and date, not per date."""
    (tmp_path / "1.csv").write_bytes(b"date,wti\n2024-01-02,70\n")
    (tmp_path / "2.csv").write_bytes(b"date,vix_close\n2024-01-02,13.2\n")
    assert list(files.read(tmp_path, now=NOW).observations["series"]) == ["vix_close", "wti"]


def prices(count: int, *, volume: bool, adjusted: bool) -> bytes:
    """A long history, row by row as Yahoo or Stooq writes it."""
    days = calendar.sessions("1927-12-30", "2024-06-28")[-count:]
    tail = (",100.5" if adjusted else "") + (",3743050000" if volume else "")
    closes = closes_through_references(days)
    rows = [
        f"{day:%Y-%m-%d},{close:.2f},{close * 1.01:.2f},{close * 0.99:.2f},{close:.2f}{tail}"
        for day, close in zip(days, closes, strict=True)
    ]
    return as_bytes([YAHOO if adjusted else STOOQ, *rows])


@pytest.mark.parametrize("adjusted", [True, False])
def test_a_century_of_sessions_is_read_whole(tmp_path: Path, *, adjusted: bool) -> None:
    """24,900 rows, from Yahoo and Stooq alike."""
    path = tmp_path / "spx.csv"
    path.write_bytes(prices(24_900, volume=adjusted, adjusted=adjusted))

    assert len(files.read(path, now=NOW).observations) == 24_900 * (5 if adjusted else 4)


def test_a_folder_is_read_without_files_that_hold_no_series(folder: Path) -> None:
    """A folder of downloads holds more than market data; what is left out is named, with the reason."""
    (folder / "d_rent.csv").write_bytes(b"date,rent\n2024-01-02,900\n")
    (folder / "e_wide.csv").write_bytes((",".join(["date", *(f"c{n}" for n in range(70))]) + "\n").encode())

    reading = files.read(folder, now=NOW)

    assert [said.split("/")[-1] for said in reading.left_out] == [
        "d_rent.csv line 1, column rent: 'rent' is not a known series",
        "e_wide.csv line 1: has 71 columns, more than 64",
        "README.txt is text; rename it to .csv if it is a table",
    ]
    assert "spx_close" in set(reading.observations["series"])


def test_a_damaged_file_of_ours_is_never_left_out(folder: Path) -> None:
    """One wrong number in a file of known series refuses the whole folder."""
    (folder / "d_wti.csv").write_bytes(b"date,wti\n2024-01-02,7O\n")

    with pytest.raises(SourceRefused, match=r"d_wti\.csv line 2, column wti"):
        files.read(folder, now=NOW)


def test_a_folder_of_nothing_known_is_refused(tmp_path: Path) -> None:
    """Leaving everything out would be a reading of nothing."""
    (tmp_path / "a.csv").write_bytes(b"date,rent\n2024-01-02,900\n")
    (tmp_path / "b.csv").write_bytes(b"date,wages\n2024-01-02,900\n")

    with pytest.raises(SourceRefused, match="2 of 2 files"):
        files.read(tmp_path, now=NOW)
