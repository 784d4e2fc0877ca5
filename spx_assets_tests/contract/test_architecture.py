"""The house rules that a machine can check: sizes, names, mirrored tests, imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from spx_assets_tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "spx_assets"
MODULES = sorted(PACKAGE.rglob("*.py"))
SAYS_NOTHING = {"utils", "helpers", "common", "base", "misc"}


def test_modules_are_small() -> None:
    """No module over 400 lines."""
    lines = {str(module.relative_to(REPOSITORY)): len(module.read_text().splitlines()) for module in MODULES}

    assert {name: count for name, count in lines.items() if count > 400} == {}


def test_functions_are_short() -> None:
    """Nine of ten functions have at most 30 lines."""
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    assert sum(length <= 30 for length in lengths) / len(lengths) >= 0.9


def test_no_module_has_a_name_that_says_nothing() -> None:
    """One module, one noun."""
    assert not SAYS_NOTHING & {module.stem for module in MODULES}


@pytest.mark.parametrize("module", [m for m in MODULES if m.name != "__init__.py"], ids=lambda m: m.stem)
def test_every_module_has_a_mirrored_test(module: Path) -> None:
    """`spx_assets/a/b.py` is tested by `spx_assets_tests/a/test_b.py`."""
    place = module.relative_to(PACKAGE)

    assert (REPOSITORY / "spx_assets_tests" / place.parent / f"test_{place.name}").exists()


def test_import_contracts_hold() -> None:
    """import-linter finds the rooms in their order."""
    found = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )

    assert found.returncode == 0, found.stdout


def test_no_deserializer_that_executes_is_called() -> None:
    """Nothing in the package reads a pickle or a joblib file."""
    forbidden = ("pickle.load", "joblib.load", "cloudpickle", "Card.get_model")

    assert not [m.name for m in MODULES for name in forbidden if f"{name}(" in m.read_text()]
