"""LitServe with one worker."""

import sys
from typing import Any

import litserve
import numpy as np
from trained import pipeline


class Served(litserve.LitAPI):
    """The pipeline behind JSON rows."""

    def setup(self, device: str) -> None:  # noqa: ARG002 - as asked
        """Fit once."""
        self.pipeline = pipeline()

    def decode_request(self, request: dict[str, Any]) -> np.ndarray:
        """Rows."""
        return np.array(request["rows"])

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Forecasts."""
        forecasts: np.ndarray = self.pipeline.predict(x)
        return forecasts

    def encode_response(self, output: np.ndarray) -> dict[str, Any]:
        """JSON."""
        return {"predictions": output.tolist()}


if __name__ == "__main__":
    server = litserve.LitServer(Served(), accelerator="cpu", workers_per_device=1)
    server.run(
        host="127.0.0.1", port=int(sys.argv[1]), num_api_servers=1, generate_client_file=False, log_level="error"
    )
