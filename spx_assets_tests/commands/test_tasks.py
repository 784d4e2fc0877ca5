"""Options of the single-task commands; their work is tested end to end in `e2e/test_tasks.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from spx_assets_tests.product import spx


@pytest.mark.parametrize("command", ["clean", "evaluate", "train", "report"])
def test_input_and_output_are_required(command: str, tmp_path: Path) -> None:
    """Without them the command says so, with status 2."""
    result = spx(command, home=tmp_path)

    assert result.returncode == 2
    assert "--input" in result.stderr


def test_horizons_decide_the_targets(tmp_path: Path) -> None:
    """`--horizons` works on the single tasks as on `spx run`."""
    ingested = spx("ingest", "--output", "raw.parquet", home=tmp_path / "home", cwd=tmp_path)
    cleaned = spx(
        "clean", "--input", "raw.parquet", "--output", "c.csv", "--horizons", "3", home=tmp_path, cwd=tmp_path
    )

    assert (ingested.returncode, cleaned.returncode) == (0, 0)
    header = (tmp_path / "c.csv").read_text().splitlines()[0].split(",")
    assert ["target_3"] == [name for name in header if name.startswith("target_")]
