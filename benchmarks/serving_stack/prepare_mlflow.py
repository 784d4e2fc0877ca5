"""The folder that `mlflow models serve` serves."""

import shutil
import sys

import mlflow.sklearn
from trained import pipeline

if __name__ == "__main__":
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    mlflow.sklearn.save_model(pipeline(), sys.argv[2])
