"""What serves: a fitted model as plain arrays in one `.npz`, how it forecasts, and how such a file is read.

numpy and the standard library only, so that a server needs neither scikit-learn nor any deserializer. Turning an
estimator into arrays, and proving that both forecast alike, belongs to `forecasting.compiled`.
"""

from spx_assets.compiled.linear import Linear
from spx_assets.compiled.model import CompiledModel
from spx_assets.compiled.reading import dumps, load
from spx_assets.compiled.trees import Trees

__all__ = ["CompiledModel", "Linear", "Trees", "dumps", "load"]
