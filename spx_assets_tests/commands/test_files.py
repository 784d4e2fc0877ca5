"""Tables are recognised by their columns, missing ones computed, outputs whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from spx_assets.commands import files
from spx_assets.errors import DataRefused, NotFound, SchemaRefused, UsageError
from spx_assets_tests.product import CHEAP


@pytest.mark.parametrize("name", ["raw.csv", "raw.parquet"])
def test_a_table_is_recognised_by_its_columns(name: str, observations: pd.DataFrame, tmp_path: Path) -> None:
    """Whatever the file is called."""
    files.write_table(observations.head(50), tmp_path / name)

    recognised, table = files.read_table(tmp_path / name)

    assert recognised == "raw_market"
    pd.testing.assert_frame_equal(observations.head(50), table, check_exact=True)


@pytest.mark.parametrize("name", ["raw_market.csv", "cleaned_data.csv", "raw_market.parquet", "cleaned_data.parquet"])
def test_a_table_that_pandas_wrote_is_read(
    name: str, observations: pd.DataFrame, cleaned: pd.DataFrame, tmp_path: Path
) -> None:
    """As `to_csv` and `to_parquet` write without being told anything: index, space between date and time."""
    table = {"raw_market": observations.iloc[5:80], "cleaned_data": cleaned.iloc[5:]}[Path(name).stem]
    write = table.to_csv if name.endswith("csv") else table.to_parquet
    write(tmp_path / name)

    recognised, read = files.read_table(tmp_path / name)

    assert recognised == Path(name).stem
    pd.testing.assert_frame_equal(read.reset_index(drop=True), table.reset_index(drop=True), check_exact=True)


def test_a_folder_gives_every_table_in_it(observations: pd.DataFrame, cleaned: pd.DataFrame, tmp_path: Path) -> None:
    """One --input for a whole folder; other files in it are left alone."""
    files.write_table(observations, tmp_path / "a.parquet")
    files.write_table(cleaned, tmp_path / "b.csv")
    (tmp_path / "notes.txt").write_text("mine")

    given = files.Given.read([tmp_path], "1")

    assert {"raw_market", "cleaned_data"} == set(given.tables)


@pytest.fixture
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates that cost little."""
    monkeypatch.setenv("SPX_CANDIDATES", ",".join(CHEAP))


@pytest.mark.usefixtures("_cheap")
def test_what_is_not_given_is_computed_from_what_is(observations: pd.DataFrame, tmp_path: Path) -> None:
    """Raw observations are enough for everything."""
    files.write_table(observations, tmp_path / "raw.parquet")

    given = files.Given.read([tmp_path / "raw.parquet"], "1")

    assert [1] == sorted(given.trained.fitted)
    assert {"target_1"} == {name for name in given.cleaned.columns if name.startswith("target_")}


@pytest.mark.usefixtures("_cheap")
def test_the_report_needs_no_observations(cleaned: pd.DataFrame, tmp_path: Path) -> None:
    """From features alone the report is drawn, with a sentence where the coverage would stand."""
    files.write_table(cleaned.drop(columns=["target_5", "target_21"]), tmp_path / "c.parquet")

    report = files.Given.read([tmp_path / "c.parquet"]).report

    assert report.pages >= 4


@pytest.mark.parametrize(
    ("sessions", "evaluated"),
    [(300, False), (504 + 20, False), (None, True)],
    ids=["short", "short for the longest", "empty"],
)
def test_without_forecasts_the_report_is_of_the_data(
    sessions: int | None, evaluated: bool, cleaned: pd.DataFrame, tmp_path: Path
) -> None:
    """Too short a history, if only for the longest horizon, or no forecasts given: a sentence for the verdict."""
    files.write_table(cleaned.head(sessions or len(cleaned)), tmp_path / "c.parquet")
    paths = [tmp_path / "c.parquet"]
    if evaluated:
        (tmp_path / "w.csv").write_text("model,horizon,origin,realised,forecast,benchmark,scale,lower_90,upper_90\n")
        paths.append(tmp_path / "w.csv")

    report = files.Given.read(paths).report

    assert report.summary["verdict"] == "There is no verdict yet."
    assert "error_difference" in report.summary["absent"]
    assert "feature_correlation" in report.figures


def test_an_empty_evaluation_trains_nothing(cleaned: pd.DataFrame, tmp_path: Path) -> None:
    """It is refused with the way out."""
    files.write_table(cleaned, tmp_path / "c.parquet")
    (tmp_path / "w.csv").write_text("model,horizon,origin,realised,forecast,benchmark,scale,lower_90,upper_90\n")

    with pytest.raises(DataRefused, match="holds no forecast"):
        _ = files.Given.read([tmp_path / "c.parquet", tmp_path / "w.csv"]).trained


def test_the_same_table_twice_is_refused(observations: pd.DataFrame, tmp_path: Path) -> None:
    """Which one was meant is not guessed."""
    files.write_table(observations.head(5), tmp_path / "a.csv")

    with pytest.raises(UsageError, match="second raw_market"):
        files.Given.read([tmp_path / "a.csv", tmp_path / "a.csv"])


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("prices.csv", b"Date,Close\n2020-01-02,1\n", UsageError),
        ("broken.parquet", b"PAR1 but no table", SchemaRefused),
        ("empty.csv", b"", SchemaRefused),
    ],
)
def test_what_is_no_table_of_ours_is_refused(name: str, data: bytes, error: type[Exception], tmp_path: Path) -> None:
    """The message names the file."""
    (tmp_path / name).write_bytes(data)

    with pytest.raises(error, match=name):
        files.read_table(tmp_path / name)


def test_a_missing_path_is_not_found(tmp_path: Path) -> None:
    """With the path in the message."""
    with pytest.raises(NotFound, match="nowhere"):
        files.Given.read([tmp_path / "nowhere.csv"])


def test_an_output_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    """The old bytes stay, nothing half-written lies about."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inside").write_text("old")

    with pytest.raises(UsageError, match="Cannot write"):
        files.write(tmp_path / "folder", b"new")

    assert (tmp_path / "folder" / "inside").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


DAMAGE: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "shuffled": lambda table: table.sample(frac=1.0, random_state=1),
    "a row twice": lambda table: pd.concat([table, table.tail(1)]),
    "an impossible feature": lambda table: table.assign(vix_level=-table["vix_level"]),
    "a nameless target": lambda table: table.rename(columns={"target_5": "target_x"}),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_table_that_breaks_its_contract_is_refused(damage: str, cleaned: pd.DataFrame, tmp_path: Path) -> None:
    """Rows out of order would turn the past into the future, and look like skill."""
    files.write_table(DAMAGE[damage](cleaned), tmp_path / "c.csv")

    with pytest.raises(SchemaRefused, match="looks like cleaned_data"):
        files.Given.read([tmp_path / "c.csv"])


def test_a_horizon_without_a_target_is_refused(cleaned: pd.DataFrame, tmp_path: Path) -> None:
    """What was asked for is evaluated, or refused; never something else."""
    files.write_table(cleaned, tmp_path / "c.parquet")

    with pytest.raises(UsageError, match=r"no target for \[2\]"):
        _ = files.Given.read([tmp_path / "c.parquet"], "2").evaluation


@pytest.mark.usefixtures("_cheap")
def test_only_the_horizons_asked_for_are_evaluated(cleaned: pd.DataFrame, tmp_path: Path) -> None:
    """A table with three targets, one horizon wanted."""
    files.write_table(cleaned, tmp_path / "c.parquet")

    evaluation = files.Given.read([tmp_path / "c.parquet"], "5").evaluation

    assert evaluation["horizon"].unique().tolist() == [5]
