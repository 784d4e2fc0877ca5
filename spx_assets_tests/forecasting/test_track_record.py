"""The track record scores what the ledger holds, apart from hindsight, and says so when there is nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spx_assets.forecasting import evaluate, ledger_table, r2_out_of_sample, track_record
from spx_assets.forecasting.track_record import COVERAGE, DRIFT, ERROR, FEATURE, RECENT, SCORES
from spx_assets_tests.forecasting.recorded import records

LAST = 120


@pytest.fixture(scope="module")
def evaluation(cleaned: pd.DataFrame) -> pd.DataFrame:
    """Out-of-sample forecasts of one model at two horizons."""
    return evaluate(cleaned, horizons=(1, 5), candidates=("ridge",))


def test_the_ledgers_forecasts_have_the_scores_of_the_evaluation(
    cleaned: pd.DataFrame, evaluation: pd.DataFrame
) -> None:
    """What was recorded day by day scores as the same forecasts made at once."""
    table = ledger_table([record for horizon in (1, 5) for record in records(evaluation, horizon=horizon, last=LAST)])
    expected = evaluation[(evaluation["model"] == "ridge") & (evaluation["horizon"] == 5)].tail(LAST)

    found = track_record(table, cleaned, evaluation)

    row = found.scores[(found.scores["horizon"] == 5) & (found.scores["sample"] == "made in time")].iloc[0]
    assert (LAST - 5, 5) == (row["n"], row["pending"])
    vectors = (expected[name].to_numpy() for name in ("realised", "forecast", "benchmark"))
    assert r2_out_of_sample(*vectors) == pytest.approx(row["r2_os"], abs=1e-15)
    inside = (expected["lower_90"] <= expected["realised"]) & (expected["realised"] <= expected["upper_90"])
    ninety = found.coverage[(found.coverage["horizon"] == 5) & (found.coverage["level"] == 0.9)].iloc[0]
    assert inside[expected["realised"].notna()].mean() == pytest.approx(ninety["coverage"])
    assert found.statement.startswith("240 forecasts are in the ledger, 234 with an outcome, 234 of them made in time")


def test_hindsight_is_scored_apart(cleaned: pd.DataFrame, evaluation: pd.DataFrame) -> None:
    """A forecast made after its outcome was known is in the one sample and not in the other."""
    late = [record | {"made_at": "2026-01-01T00:00:00+00:00"} for record in records(evaluation, last=LAST)]

    found = track_record(ledger_table(late), cleaned, evaluation)

    assert found.scores["n"].tolist() == [LAST - 1, 0]
    assert "0 of them made in time" in found.statement


def test_drift_names_every_feature_and_every_horizon(cleaned: pd.DataFrame, evaluation: pd.DataFrame) -> None:
    """The last quarter against all before, errors of the ledger against those before its first forecast."""
    table = ledger_table(records(evaluation, last=LAST))

    found = track_record(table, cleaned, evaluation).drift

    errors = found[found["kind"] == ERROR]
    assert [RECENT] == found.loc[found["kind"] == FEATURE, "n_recent"].unique().tolist()
    assert ["1 session"] == errors["subject"].tolist()
    assert errors["n_before"].iloc[0] == len(
        evaluation[(evaluation["horizon"] == 1) & (evaluation["model"] == "ridge")].dropna().iloc[: -LAST + 1]
    )


def test_an_error_that_is_not_the_models_is_found(cleaned: pd.DataFrame, evaluation: pd.DataFrame) -> None:
    """Outcomes of the ledger moved by three intervals: no earlier window of errors was like that."""
    moved = [
        record
        | {"realised": record["realised"] and record["realised"] + 1.5 * (record["upper_90"] - record["lower_90"])}
        for record in records(evaluation, last=80)
    ]

    found = track_record(ledger_table(moved), cleaned, evaluation).drift
    few = track_record(ledger_table(moved[:10]), cleaned, evaluation).drift

    (error,) = found[found["kind"] == ERROR].to_dict("records")
    assert error["beyond"] == 0
    assert error["psi"] > 2
    assert few[few["kind"] == ERROR]["n_recent"].tolist() == [0]


@pytest.mark.parametrize("count", [0, 3])
def test_a_first_record_says_that_there_is_nothing_to_judge(
    count: int, cleaned: pd.DataFrame, evaluation: pd.DataFrame
) -> None:
    """Every table has its columns and types, scores are missing, and a sentence says why."""
    waiting = [record | {"realised": None, "realised_at": None} for record in records(evaluation, last=3)[:count]]

    found = track_record(ledger_table(waiting), cleaned, evaluation)

    assert f"{count} forecasts are in the ledger, and no outcome is known yet" in found.statement
    for table, kinds in ((found.scores, SCORES), (found.coverage, COVERAGE), (found.drift, DRIFT)):
        assert dict(kinds) == {name: str(kind) for name, kind in table.dtypes.items()}
    assert np.isnan(found.scores["r2_os"]).all()
