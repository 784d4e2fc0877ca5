"""`spx replicate`: a table and status 0, a difference and status 3, no folder and status 4."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd

from spx_assets_tests.product import spx


def test_the_table_ends_with_the_largest_difference(shared_data: Path, tmp_path: Path) -> None:
    """Published, ours and the difference, figure by figure."""
    result = spx("replicate", "--reference", str(shared_data / "reference"), home=tmp_path)

    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["model", "figure", "published", "ours", "difference"]
    assert any(line.startswith("LTR ") and "0.2895073779      0.2895073779" in line for line in lines)
    assert lines[-1].startswith("718 figures, largest difference ")


def test_a_figure_that_differs_is_status_3(shared_data: Path, tmp_path: Path) -> None:
    """The table is printed all the same."""
    folder = tmp_path / "reference"
    shutil.copytree(shared_data / "reference", folder)
    expected = pd.read_csv(folder / "stats_expected_R.csv")
    expected.loc[0, "value"] += 1e-5
    expected.to_csv(folder / "stats_expected_R.csv", index=False)

    result = spx("replicate", "--reference", str(folder), "--json", home=tmp_path)

    assert result.returncode == 3
    assert "1 figures differ" in result.stderr
    assert len(json.loads(result.stdout)["r"]) == 465


def test_a_missing_folder_is_status_4(tmp_path: Path) -> None:
    """And the message names what is missing."""
    result = spx("replicate", "--reference", str(tmp_path / "nowhere"), home=tmp_path)

    assert result.returncode == 4
    assert "gw_nrtz2014_monthly.csv" in result.stderr
