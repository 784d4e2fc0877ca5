"""Regressors named by import path, as in `sklearn.neighbors.KNeighborsRegressor(n_neighbors=50)`.

The text is read as a Python call and never run as one: a dotted name, and literals by keyword. What it names is
imported and must be a scikit-learn regressor. Only texts from the settings come here, never from a stored file.
"""

from __future__ import annotations

import ast
import importlib
from typing import Any

from spx_assets.errors import UsageError

EXAMPLE = "Name a scikit-learn regressor such as sklearn.neighbors.KNeighborsRegressor(n_neighbors=50)."
SEED = 0


def is_import_path(name: str) -> bool:
    """Whether a candidate's name is that of a class in a module, with or without settings."""
    return "." in name.partition("(")[0]


def estimator_at(text: str) -> Any:
    """The regressor that the text names, with its settings; a `random_state` that is not given is 0.

    Raises UsageError when the text is no such call, nothing is there, or it is no regressor.
    """
    from sklearn.base import is_regressor  # noqa: PLC0415 - 0.8 CPU-s, which fitting needs anyway

    path, settings = _parsed(text)
    kind = _imported(path)
    try:
        estimator = kind(**settings)
        known, fits = estimator.get_params(deep=False), is_regressor(estimator)
    except Exception as error:  # a foreign class can raise anything
        raise UsageError(
            f"{path} cannot be made", evidence=f"{type(error).__name__}: {error}", way_out=EXAMPLE
        ) from error
    if not fits:
        raise UsageError(f"{path} is no regressor", evidence=f"it is a {kind.__name__}", way_out=EXAMPLE)
    if "random_state" in known and known["random_state"] is None:
        estimator.set_params(random_state=SEED)
    return estimator


def _parsed(text: str) -> tuple[str, dict[str, Any]]:
    try:
        call = ast.parse(text, mode="eval").body
        settings: dict[str, Any] = {}
        if isinstance(call, ast.Call):
            settings = _settings(call)
            call = call.func
        path = _dotted(call)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UsageError(f"{text[:80]!r} names no regressor", evidence=str(error), way_out=EXAMPLE) from error
    return path, settings


def _settings(call: ast.Call) -> dict[str, Any]:
    if call.args or any(each.arg is None for each in call.keywords):
        raise ValueError("settings are given by name")
    return {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    raise ValueError("it is no dotted name")


def _imported(path: str) -> type:
    module, _, name = path.rpartition(".")
    try:
        kind = getattr(importlib.import_module(module), name)
    except Exception as error:  # a module can raise anything while it is imported
        raise UsageError(
            f"There is no {path}",
            evidence=f"{type(error).__name__}: {error}",
            way_out="Install it, or correct the path.",
        ) from error
    if not isinstance(kind, type):
        raise UsageError(f"{path} is no class", evidence=repr(kind)[:120], way_out=EXAMPLE)
    return kind
