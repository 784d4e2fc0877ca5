"""Ledger records for tests: forecasts of the embedded sessions as a ledger would give them back."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spx_assets.market.calendar import decision_times


def records(
    evaluation: pd.DataFrame, *, horizon: int = 1, model: str = "ridge", last: int = 120
) -> list[dict[str, Any]]:
    """The last forecasts of an evaluation as made at their origins' closes; those with an outcome have it."""
    rows = evaluation[(evaluation["horizon"] == horizon) & (evaluation["model"] == model)]
    sessions = rows["origin"].tolist() + list(pd.bdate_range("2019-01-02", periods=horizon))
    made = []
    for place, row in list(enumerate(rows.to_dict("records")))[-last:]:
        target, known = sessions[place + horizon], row["realised"] == row["realised"]
        at, then = decision_times(pd.DatetimeIndex([row["origin"], target]))
        made.append(
            {
                "origin": row["origin"].date().isoformat(),
                "target_session": target.date().isoformat(),
                "horizon": horizon,
                "model": model,
                "model_version": f"m{place}",
                "data_version": f"d{place}",
                **{name: row[name] for name in row if name.startswith(("forecast", "benchmark", "lower_", "upper_"))},
                "made_at": at.isoformat(),
                "realised": row["realised"] if known else None,
                "realised_at": then.isoformat() if known else None,
            }
        )
    return made
