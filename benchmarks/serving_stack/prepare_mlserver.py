"""The folder that `mlserver start` serves: in process, without its pool of workers, which is its faster setting."""

import json
import sys
from pathlib import Path

import joblib
from trained import pipeline

if __name__ == "__main__":
    folder = Path(sys.argv[2])
    folder.mkdir(exist_ok=True)
    joblib.dump(pipeline(), folder / "model.joblib")
    settings = {"host": "127.0.0.1", "http_port": int(sys.argv[1]), "parallel_workers": 0, "debug": False}
    settings |= {"grpc_port": int(sys.argv[1]) + 1, "metrics_port": int(sys.argv[1]) + 2}
    (folder / "settings.json").write_text(json.dumps(settings))
    model = {"name": "bench", "implementation": "mlserver_sklearn.SKLearnModel", "parameters": {"uri": "model.joblib"}}
    (folder / "model-settings.json").write_text(json.dumps(model))
