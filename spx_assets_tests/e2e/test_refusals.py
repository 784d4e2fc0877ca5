"""A wrong file ends `spx run` with status 3 and one message; the store is untouched."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spx_assets_tests.product import spx

DAYS = pd.bdate_range("2018-11-26", "2018-11-30").strftime("%Y-%m-%d").tolist()
HEADER = "Date,Open,High,Low,Close,Adj Close,Volume"


def _rows(**closes: str) -> list[str]:
    close = dict.fromkeys(DAYS, "2650.5") | {DAYS[int(place[1:])]: text for place, text in closes.items()}
    return [f"{day},2650.0,2700.0,2600.0,{close[day]},{close[day]},3000000000" for day in DAYS]


def _csv(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


# What is wrong → the file, and what the message must say of it.
WRONG: dict[str, tuple[bytes, list[str]]] = {
    "not CSV": (b"<html><body>Too many requests</body></html>", []),
    "missing column": (_csv(*[row.rsplit(",", 3)[0] for row in _rows()], header="Date,Open,High,Low"), ["Close"]),
    "thousands separator": (_csv(*_rows(r2='"4,742.83"')), ["line 4", "Close", "4,742.83", "thousands"]),
    "unquoted thousands separator": (_csv(*_rows(r0="4,742.83")), ["line 2", "thousands"]),
    "duplicate conflicting dates": (_csv(*_rows(), _rows(r4="2651.5")[4]), ["line 7", DAYS[4]]),
    "NaN close": (_csv(*_rows(r1="NaN")), ["line 3", "Close", "NaN"]),
    "future date": (_csv(*_rows(), "2199-01-02,1,1,1,1,1,1".replace("1,", "2650.5,")), ["line 7", "2199-01-02"]),
    "tenfold jump": (_csv(*_rows(r3="26505.0")), ["line 5"]),
    "empty": (b"", ["empty"]),
    "binary": (gzip.compress(b"x" * 100), []),
}


@pytest.fixture(scope="module")
def home(ran: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which everything is materialized already."""
    copy = tmp_path_factory.mktemp("refusals") / "home"
    shutil.copytree(ran[0], copy, symlinks=True)
    return copy


def _stored(home: Path) -> dict[str, bytes]:
    files = [path for path in (home / "store").rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {str(path): path.read_bytes() for path in files}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_file_is_refused_whole(wrong: str, home: Path, tmp_path: Path) -> None:
    """Status 3; one message with file, line, column, text and the way out; every stored byte as before."""
    data, said = WRONG[wrong]
    file = tmp_path / "spx.csv"
    file.write_bytes(data)
    before = _stored(home)

    result = spx("run", "--source", str(file), home=home)

    message = [line for line in result.stderr.splitlines() if line.startswith("spx: ")]
    assert result.returncode == 3, result.stderr
    assert len(message) == 1, result.stderr
    assert all(part.lower() in result.stderr.lower() for part in ["spx.csv", *said]), result.stderr
    assert before == _stored(home)


def test_the_single_task_refuses_the_same_way(tmp_path: Path) -> None:
    """`spx ingest` needs no store to refuse, and leaves no output."""
    file = tmp_path / "spx.csv"
    file.write_bytes(WRONG["thousands separator"][0])

    result = spx("ingest", "--input", str(file), "--output", "raw.csv", home=tmp_path / "home", cwd=tmp_path)

    assert result.returncode == 3
    assert "4,742.83" in result.stderr
    assert not (tmp_path / "raw.csv").exists()


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    """Exit status 4, and what could be given instead."""
    result = spx("run", "--source", str(tmp_path / "nowhere.csv"), home=tmp_path / "home")

    assert result.returncode == 4
    assert "nowhere.csv" in result.stderr
    assert "sample" in result.stderr


NOT_THERE: dict[str, Callable[[Path], list[str]]] = {
    "forecast before a run": lambda _: ["forecast"],
    "versions before a run": lambda _: ["versions"],
    "export before a run": lambda _: ["export", "cleaned_data"],
    "rollback to no version": lambda _: ["rollback", "raw_market", "0123456789abcdef"],
}


@pytest.mark.parametrize("case", NOT_THERE)
def test_what_is_not_there_ends_with_status_4(case: str, tmp_path: Path) -> None:
    """Not found, with the way out."""
    result = spx(*NOT_THERE[case](tmp_path), home=tmp_path)

    assert result.returncode == 4
    assert "spx run" in result.stderr


@pytest.mark.parametrize("arguments", [["nonsense"], ["run", "--nonsense"], ["run", "--as-of", "yesterday"]])
def test_bad_usage_ends_with_status_2(arguments: list[str], tmp_path: Path) -> None:
    """Unknown commands, options and malformed values."""
    assert spx(*arguments, home=tmp_path).returncode == 2


def test_an_unknown_setting_ends_with_status_2(tmp_path: Path) -> None:
    """SPX_ variables are checked by name."""
    result = spx("settings", home=tmp_path, horizon="1")

    assert result.returncode == 2
    assert "SPX_HORIZON" in result.stderr
