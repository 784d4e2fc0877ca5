"""BentoML with one worker."""

import bentoml
import numpy as np
from trained import pipeline


@bentoml.service(workers=1)
class Served:
    """The pipeline behind an array."""

    def __init__(self) -> None:
        self.pipeline = pipeline()

    @bentoml.api
    def predict(self, rows: np.ndarray) -> np.ndarray:
        """Forecasts of rows."""
        forecasts: np.ndarray = self.pipeline.predict(rows)
        return forecasts
