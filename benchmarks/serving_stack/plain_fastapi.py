"""What a user writes in an afternoon: FastAPI, a pydantic model of the rows, `pipeline.predict`."""

import sys

import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from trained import pipeline

app = FastAPI()
model = pipeline()


class Rows(BaseModel):
    """Feature values in order."""

    rows: list[list[float]]


class Predictions(BaseModel):
    """One forecast per row."""

    predictions: list[float]


@app.post("/predict")
async def predict(asked: Rows) -> Predictions:
    """Forecasts of rows."""
    return Predictions(predictions=model.predict(np.array(asked.rows)).tolist())


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="error",
    )
