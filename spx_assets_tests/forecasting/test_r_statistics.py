"""Every row that R filled, made again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from spx_assets.errors import DataRefused
from spx_assets.forecasting.r_statistics import r_statistics


@pytest.fixture(scope="module")
def reference(shared_data: Path) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, pd.DataFrame]]:
    """Real monthly forecasts and outcomes, what R found, and the errors of R's own example."""
    folder = shared_data / "reference"
    examples = {"in-sample": "dm_wwwusage_errors.csv", "out-of-sample": "dm_wwwusage_oos_errors.csv"}
    return (
        pd.read_csv(folder / "stats_inputs.csv"),
        pd.read_csv(folder / "stats_expected_R.csv"),
        {name: pd.read_csv(folder / file) for name, file in examples.items()},
    )


def test_all_rows_of_r_come_out(reference: tuple[pd.DataFrame, pd.DataFrame, dict[str, pd.DataFrame]]) -> None:
    """465 of 465, each within 1e-8 (measured: 1e-13)."""
    found = r_statistics(*reference)

    assert found["test"].value_counts().to_dict() == {
        "Diebold–Mariano": 364,
        "Mincer–Zarnowitz": 50,
        "Clark–West, Newey–West": 40,
        "Ljung–Box": 6,
        "Clark–West": 5,
    }
    assert len(found) == len(reference[1])
    assert found["difference"].abs().max() < 1e-8


@pytest.mark.parametrize(("case", "stat"), [("tea|leaves", "p"), ("ljungbox|actual|lag=1", "R")])
def test_what_is_not_known_is_refused(
    case: str, stat: str, reference: tuple[pd.DataFrame, pd.DataFrame, dict[str, pd.DataFrame]]
) -> None:
    """Not skipped: a row that nobody compares would pass for equal."""
    inputs, _, examples = reference

    with pytest.raises(DataRefused, match="not known"):
        r_statistics(inputs, pd.DataFrame({"case": [case], "stat": [stat], "value": [0.5]}), examples)
