"""The code version of an asset: a digest over the syntax trees of the modules that compute and encode it.

Imports are followed from the asset's roots, also those inside functions, as far as the package goes. Comments,
docstrings and layout change nothing. Modules that serve several assets (`tasks`, `artifacts`, the `__init__` of each
package) are hashed whole, but only the imports that the names taken from them need are followed: what one asset
gets through them does not depend on what another gets.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

PACKAGE = "spx_assets"
HERE = Path(__file__).parents[1]
SHARED = frozenset({f"{PACKAGE}.tasks", f"{PACKAGE}.artifacts"})
# Adapters decide nothing about a value, and settings that do are in the settings digest beside the code version.
NOT_FOLLOWED = (f"{PACKAGE}.orchestration", f"{PACKAGE}.settings")
EVERYTHING = "*"
# How each asset's value becomes files, and how its inputs are read back: the parts of `artifacts` that it needs.
CODECS: Mapping[str, tuple[str, ...]] = {
    "raw_market": ("table_payload",),
    "cleaned_data": ("table_payload", "with_sample", "table_of"),
    "walk_forward": ("table_payload", "with_trials", "trials_in", "table_of"),
    "trained_model": ("model_payload", "trials_in", "sample_in", "table_of"),
    "deployed_model": ("model_payload", "model_of", "table_of"),
    "next_forecast": ("forecast_payload", "model_of", "table_of"),
    "track_record": ("track_record_payload", "track_record_of", "table_of"),
    "analysis_report": ("report_payload", "model_of", "table_of"),
}


def code_versions(package: Path = HERE, *, memo: Path | None = None) -> dict[str, str]:
    """Asset → 12 hexadecimal digits over everything that computes it.

    `memo` is a file that remembers them for as long as no source changes; without its folder nothing is written.
    """
    state = _state(package)
    with suppress(OSError, ValueError, LookupError, TypeError):
        remembered = json.loads(memo.read_bytes()) if memo is not None else {}
        if remembered["state"] == state and remembered["versions"].keys() == CODECS.keys():
            return {asset: str(version) for asset, version in remembered["versions"].items()}
    tree = Tree(package)
    versions = {asset: tree.version(*_roots(asset)) for asset in CODECS}
    if memo is not None and memo.parent.is_dir():
        with suppress(OSError):
            draft = memo.with_name(f".{memo.name}.{os.getpid()}")
            draft.write_text(json.dumps({"state": state, "versions": versions}))
            draft.replace(memo)
    return versions


def _roots(asset: str) -> tuple[str, ...]:
    """Where the code of an asset begins: its own module, which calls its task, and its part of `artifacts`."""
    own = f"{PACKAGE}.orchestration.assets.{asset}"
    return (own, *(f"{PACKAGE}.artifacts:{name}" for name in CODECS[asset]))


def _state(package: Path) -> str:
    """A digest over every source of the package as it is, and over the interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    for file in sorted(package.rglob("*.py")):
        digest.update(f"{file.relative_to(package)}\n".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


class Tree:
    """The sources of a copy of the package, each parsed once."""

    def __init__(self, package: Path) -> None:
        self._package = package
        self._sources: dict[str, Source] = {}

    def version(self, *roots: str) -> str:
        """12 hexadecimal digits over all that `roots` (`module` or `module:name`) import within the package."""
        digest = hashlib.sha256()
        for name in sorted(self.modules(*roots)):
            digest.update(f"{name}\n{self._source(name).digest}\n".encode())
        return digest.hexdigest()[:12]

    def modules(self, *roots: str) -> frozenset[str]:
        """The modules of the package that `roots` import, themselves included."""
        asked: dict[str, set[str]] = defaultdict(set)
        todo = [(module, name or EVERYTHING) for module, _, name in (root.partition(":") for root in roots)]
        while todo:
            module, name = todo.pop()
            if name not in asked[module]:
                asked[module].add(name)
                source = self._source(module)
                for local in source.uses(name if source.is_shared else EVERYTHING):
                    todo += [use for use in self._resolved(*local) if _is_followed(use[0])]
        return frozenset(asked)

    def _source(self, module: str) -> Source:
        if module not in self._sources:
            path = self._place(module)
            file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            shared = path.is_dir() or module in SHARED
            self._sources[module] = Source(ast.parse(file.read_bytes()), is_shared=shared)
        return self._sources[module]

    def _resolved(self, module: str, attribute: str, taken: set[str]) -> Iterator[tuple[str, str]]:
        """What an import stands for: a module, of which the attributes `taken` are used, or a name in one."""
        name = f"{module}.{attribute}" if attribute else module
        if attribute and not self._is_module(name):
            yield module, attribute
            return
        # Every `a.b` also reads `a`: as a whole only where nothing is taken of it.
        for wanted in taken - {EVERYTHING} or {EVERYTHING}:
            below = f"{name}.{wanted}"
            yield (below, EVERYTHING) if self._is_module(below) else (name, wanted)

    def _is_module(self, name: str) -> bool:
        place = self._place(name)
        return place.is_dir() or place.with_suffix(".py").is_file()

    def _place(self, module: str) -> Path:
        return self._package.joinpath(*module.split(".")[1:])


def _is_followed(module: str) -> bool:
    return not any(module == name or module.startswith(f"{name}.") for name in NOT_FOLLOWED)


class Statement:
    """What one top-level statement imports from the package, reads and defines."""

    def __init__(self, statement: ast.stmt) -> None:
        self.imports: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.reads: dict[str, set[str]] = defaultdict(set)
        self._bound: set[str] = set()
        todo: list[ast.AST] = [statement]
        while todo:
            self._take_in(node := todo.pop())
            # What only a type checker reads is not executed.
            if not (isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
                todo.extend(ast.iter_child_nodes(node))
        self.defines = self._bound
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.defines = {statement.name}
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            for local in self._bound - self.imports.keys():
                self.reads.pop(local, None)

    def _take_in(self, node: ast.AST) -> None:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            self.reads[node.value.id].add(node.attr)
        elif isinstance(node, ast.Name):
            self.reads[node.id].add(EVERYTHING)
            if isinstance(node.ctx, ast.Store):
                self._bound.add(node.id)
        elif isinstance(node, ast.arg):
            self._bound.add(node.arg)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE:
            for alias in node.names:
                self.imports[alias.asname or alias.name].add((str(node.module), alias.name))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == PACKAGE:
                    self.imports[alias.asname or PACKAGE].add((alias.name, ""))


class Source:
    """A module's syntax tree: its digest, and what its parts take from other modules."""

    def __init__(self, tree: ast.Module, *, is_shared: bool) -> None:
        # Whether only the imports of the names that are asked for are followed.
        self.is_shared = is_shared
        self._tree = tree
        self._statements = [Statement(statement) for statement in tree.body]
        self._imports = _merged(statement.imports for statement in self._statements)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the tree without docstrings and positions."""
        return hashlib.sha256(ast.unparse(_without_docstrings(self._tree)).encode()).hexdigest()

    def uses(self, name: str) -> Iterator[tuple[str, str, set[str]]]:
        """What the definition of `name`, or everything for `*`, imports: (module, name in it, attributes of that)."""
        reads = _merged(s.reads for s in self._statements) if name == EVERYTHING else self._read_by(name)
        for local, targets in self._imports.items():
            if name == EVERYTHING or local in reads:
                for module, attribute in targets:
                    yield module, attribute, reads.get(local, set())

    def _read_by(self, name: str) -> dict[str, set[str]]:
        """What the top-level statements that define `name` read, and those that define what they read."""
        chosen: list[Mapping[str, set[str]]] = [{name: set()}]
        todo, seen = [name], {name}
        while todo:
            wanted = todo.pop()
            for statement in self._statements:
                if wanted in statement.defines:
                    chosen.append(statement.reads)
                    todo += statement.reads.keys() - seen
                    seen |= statement.reads.keys()
        return _merged(chosen)


def _merged(mappings: Iterable[Mapping[str, set[Any]]]) -> dict[str, set[Any]]:
    merged: dict[str, set[Any]] = {}
    for mapping in mappings:
        for name, values in mapping.items():
            merged[name] = merged.get(name, set()) | values
    return merged


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:]
    return tree
