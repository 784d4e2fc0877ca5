"""KServe's model server with one custom model."""

import sys
from typing import Any

from kserve import InferOutput, InferResponse, Model, ModelServer
from trained import pipeline


class Served(Model):
    """The pipeline behind the Open Inference Protocol."""

    def __init__(self) -> None:
        super().__init__("bench")
        self.pipeline = pipeline()
        self.ready = True

    def predict(self, payload: Any, *_: Any, **__: Any) -> InferResponse:
        """Forecasts of the one tensor."""
        forecast = self.pipeline.predict(payload.inputs[0].as_numpy())
        output = InferOutput("forecast", [len(forecast)], "FP64", data=forecast.tolist())
        return InferResponse(payload.id or "", self.name, [output])


if __name__ == "__main__":
    ModelServer(http_port=int(sys.argv[1]), enable_grpc=False, workers=1, access_log_format=None).start([Served()])
