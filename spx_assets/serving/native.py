"""The models that the sidecar serves: compiled arrays, read with numpy alone.

`load` and `CompiledModel` stand in the room `compiled`, where whoever proves a model before it serves uses them too:
what is proved is what serves.
"""

from spx_assets.compiled import CompiledModel, load

__all__ = ["CompiledModel", "load"]
