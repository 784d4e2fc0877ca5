"""Each task alone, from files to files, without Dagster."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

from spx_assets_tests.product import environment, spx

# Runs a command line and then says whether Dagster was imported on the way.
WITHOUT_DAGSTER = """
import sys
from spx_assets.cli import app
try:
    app(sys.argv[1:], standalone_mode=False)
finally:
    heavy = sorted({name.partition('.')[0] for name in sys.modules if name.startswith('dagster')})
    print('imported:', heavy, file=sys.stderr)
"""


def _alone(*arguments: str, cwd: Path) -> str:
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_DAGSTER, *arguments],
        env=environment(cwd / "home", horizons="1,5"),
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "imported: []" in result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the five tasks were run one after the other, each on the files of those before."""
    cwd = tmp_path_factory.mktemp("tasks")
    _alone("ingest", "--input", "sample", "--output", "raw_market.csv", cwd=cwd)
    _alone("clean", "--input", "raw_market.csv", "--output", "cleaned_data.parquet", cwd=cwd)
    _alone("evaluate", "--input", "cleaned_data.parquet", "--output", "walk_forward.csv", cwd=cwd)
    inputs = ["--input", "cleaned_data.parquet", "--input", "walk_forward.csv"]
    _alone("train", *inputs, "--output", "model", cwd=cwd)
    _alone("report", *inputs, "--input", "raw_market.csv", "--output", "analysis_report.pdf", cwd=cwd)
    return cwd


def test_tables_are_written_in_the_format_asked_for(folder: Path) -> None:
    """.csv and .parquet, with the documented columns."""
    raw = pd.read_csv(folder / "raw_market.csv")
    cleaned = pd.read_parquet(folder / "cleaned_data.parquet")

    assert list(raw.columns) == ["series", "date", "value", "known_at", "source"]
    assert {"session", "target_1", "target_5"} <= set(cleaned.columns)
    assert len(cleaned) >= 1100


def test_train_writes_models_and_card(folder: Path) -> None:
    """Per horizon the estimator and what goes with it, and a readable card."""
    names = {path.name for path in (folder / "model").iterdir()}

    assert {f"horizon_{h}.{kind}" for h in (1, 5) for kind in ("skops", "json")} | {"model_card.json"} == names
    assert json.loads((folder / "model" / "model_card.json").read_text())["features"]


def test_report_writes_pdf_and_figures(folder: Path) -> None:
    """The PDF where it was asked for, the HTML and the figures beside it."""
    assert len(PdfReader(folder / "analysis_report.pdf").pages) >= 10
    assert (folder / "analysis_report.html").read_text().endswith("</html>\n")
    assert len(list((folder / "figures").glob("*.png"))) >= 15


def test_tasks_touch_no_store(folder: Path) -> None:
    """Single tasks leave no home behind."""
    assert not (folder / "home").exists()


def test_a_later_table_in_the_wrong_place_is_refused(folder: Path) -> None:
    """`clean` needs observations; a table of features is not that, and the message says what is missing."""
    result = spx("clean", "--input", "cleaned_data.parquet", "--output", "x.csv", home=folder / "home", cwd=folder)

    assert result.returncode == 2
    assert "no raw_market among the inputs: given: cleaned_data" in result.stderr
    assert not (folder / "x.csv").exists()


def test_market_data_given_to_clean_is_sent_to_ingest(folder: Path) -> None:
    """A price file is not a table of ours; the message says where it goes."""
    (folder / "prices.csv").write_text("Date,Close\n2020-01-02,3257.85\n")

    result = spx("clean", "--input", "prices.csv", "--output", "x.csv", home=folder / "home", cwd=folder)

    assert result.returncode == 2
    assert "spx ingest" in result.stderr


@pytest.mark.parametrize(("task", "output"), [("clean", "x.xlsx"), ("report", "out.txt")])
def test_an_output_with_a_foreign_ending_is_refused(task: str, output: str, folder: Path) -> None:
    """A spreadsheet's name does not make a spreadsheet."""
    result = spx(task, "--input", "raw_market.csv", "--output", output, home=folder / "home", cwd=folder)

    assert result.returncode == 2
    assert not (folder / output).exists()


def test_a_missing_input_is_not_found(folder: Path) -> None:
    """Exit status 4 and the path."""
    result = spx("clean", "--input", "nowhere.csv", "--output", "x.csv", home=folder / "home", cwd=folder)

    assert result.returncode == 4
    assert "nowhere.csv" in result.stderr
