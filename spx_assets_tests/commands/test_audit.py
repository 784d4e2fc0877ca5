"""`spx audit`: nothing is found in what ships, and a leak ends with status 3 and its name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from spx_assets_tests.product import spx

AUDITED = ("raw_market", "cleaned_data", "walk_forward")


def test_what_ships_has_no_findings(ran: tuple[Path, dict[str, Any]]) -> None:
    """Every examination of the stored tables passes, says how much it looked at, and is heard of when it is done."""
    result = spx("audit", "--json", home=ran[0])

    assert result.returncode == 0, result.stderr
    rows = json.loads(result.stdout)
    assert len(rows) == 11
    assert all(row["passed"] and row["looked_at"] for row in rows)
    assert all(row["name"] in result.stderr for row in rows)


def test_a_leak_in_a_file_is_named(ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """A column moved one session ahead, in a table given by file."""
    stored = {name: next((ran[0] / "store" / name).glob(f"*/{name}.parquet")) for name in AUDITED}
    shutil.copy(stored["raw_market"], tmp_path)
    evaluation = pd.read_parquet(stored["walk_forward"])
    kept = (evaluation["horizon"] == 1) & (evaluation["model"] == "historical_mean")
    evaluation[kept].to_parquet(tmp_path / "walk_forward.parquet", index=False)
    cleaned = pd.read_parquet(stored["cleaned_data"]).drop(columns=["target_5", "target_21"])
    cleaned["return_1"] = cleaned["return_1"].shift(-1).fillna(0.0)
    cleaned.to_parquet(tmp_path / "cleaned_data.parquet")

    result = spx("audit", "--input", str(tmp_path), home=tmp_path / "home")

    assert result.returncode == 3
    assert "feature_truncation: return_1, " in result.stdout


def test_nothing_stored_is_said(tmp_path: Path) -> None:
    """An empty home has nothing to audit."""
    assert spx("audit", home=tmp_path).returncode == 4
