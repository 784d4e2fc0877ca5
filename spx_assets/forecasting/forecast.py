"""`forecast_next`: what the deployed model says of the coming session(s), with intervals and the word on skill."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing.pandas import Series

from spx_assets.forecasting.evaluate import exercise
from spx_assets.forecasting.trained_model import TrainedModel, predict
from spx_assets.market.calendar import next_session


class MadeForecast(pa.DataFrameModel):
    """What every forecast says of itself; returns are log returns over the horizon."""

    origin: Series[pa.DateTime] = pa.Field(description="Session at whose close the forecast is made.")
    target_session: Series[pa.DateTime] = pa.Field(description="Session at whose close the outcome is known.")
    horizon: Series[np.int64] = pa.Field(ge=1, description="Sessions from origin to target.")
    model: Series[str] = pa.Field(description="Candidate that forecast.")
    model_version: Series[str] = pa.Field(description="Version of the deployed model.")
    data_version: Series[str] = pa.Field(description="Version of the cleaned data.")
    forecast: Series[float] = pa.Field(description="Forecast log return.")
    benchmark: Series[float] = pa.Field(description="Mean of all returns known at the origin.")
    lower: Series[float] = pa.Field(
        alias=r"^lower_[\d.]+$", regex=True, nullable=True, description="Lower bound of the interval."
    )
    upper: Series[float] = pa.Field(
        alias=r"^upper_[\d.]+$", regex=True, nullable=True, description="Upper bound of the interval."
    )


class NextForecast(MadeForecast):
    """One forecast per horizon from the last session."""

    skill: Series[bool] = pa.Field(description="Beats the historical mean out of sample, Clark–West p < 0.05.")
    statement: Series[str] = pa.Field(description="The plain word on the model's skill.")

    class Config:
        """All columns, no others, one row per horizon."""

        strict = True
        unique: list[str] = ["horizon"]  # noqa: RUF012  # pandera reads it from the class


def forecast_next(
    trained: TrainedModel, cleaned: pd.DataFrame, *, model_version: str, data_version: str
) -> pd.DataFrame:
    """The table of `NextForecast`: one row per horizon of the model, from the last session of `cleaned`.

    `target_session` is the horizon-th NYSE session after the origin; `benchmark` the mean of all returns known
    at the origin; `statement` and `skill` are the card's.
    """
    rows = []
    last = cleaned.tail(1)
    origin = pd.Timestamp(last["session"].iloc[0])
    for horizon, fitted in sorted(trained.fitted.items()):
        given = exercise(cleaned, horizon, first_train=1)
        entry = trained.card["horizons"][str(horizon)]
        rows.append(
            {
                "origin": origin,
                "target_session": next_session(origin, horizon),
                "horizon": horizon,
                "model": fitted.name,
                "model_version": model_version,
                "data_version": data_version,
                "benchmark": float(given.historical_mean[-1]),
                "skill": bool(entry["skill"]),
                "statement": str(entry["statement"]),
                **predict(trained, last, horizon).iloc[0].to_dict(),
            }
        )
    table = pd.DataFrame(rows).astype(dict.fromkeys(("origin", "target_session"), "datetime64[ns]"))
    bounds = [str(name) for name in table if str(name).startswith(("lower_", "upper_"))]
    return table[[*(name for name in NextForecast.to_schema().columns if name in table), *bounds]]
