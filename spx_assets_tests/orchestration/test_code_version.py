"""Code versions follow what an asset really imports, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from spx_assets.orchestration.code_version import HERE, code_versions

ALL = frozenset(code_versions())
# What is made by the evaluation or from it.
SKILLED = ALL - {"raw_market", "cleaned_data"}


@pytest.fixture(scope="module")
def original() -> dict[str, str]:
    """The code versions of the package as it is."""
    return code_versions()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, for edits."""
    return Path(shutil.copytree(HERE, tmp_path_factory.mktemp("code") / "spx_assets"))


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("artifacts.py", ALL),
        ("tasks.py", ALL - {"track_record"}),
        ("store/tables.py", ALL),
        ("compiled/trees.py", SKILLED - {"walk_forward"}),
        ("market/prices.py", {"raw_market"}),
        ("features/price.py", ALL - {"raw_market"}),
        ("forecasting/walk_forward.py", SKILLED),
        ("reporting/document.py", {"analysis_report"}),
        ("orchestration/assets/walk_forward.py", {"walk_forward"}),
        ("serving/app.py", set()),
        ("dashboard/launch.py", set()),
        ("settings.py", set()),
    ],
)
def test_a_statement_changes_the_versions_of_what_uses_it(
    package: Path, original: dict[str, str], module: str, expected: set[str]
) -> None:
    """One more statement in a module: exactly the assets that import it have another version."""
    changed = _changed(package / module, "\nADDED = 1\n", package, original)

    assert changed == expected


def test_comments_docstrings_and_layout_change_no_version(package: Path, original: dict[str, str]) -> None:
    """A comment, another docstring and more blank lines in every source leave all versions as they were."""
    texts = {file: file.read_text() for file in package.rglob("*.py")}
    for file, text in texts.items():
        file.write_text(text.replace('"""', '"""Said otherwise. ', 1).replace("\n\n\n", "\n\n\n\n# a comment\n"))
    try:
        assert code_versions(package) == original
    finally:
        for file, text in texts.items():
            file.write_text(text)


def test_versions_are_remembered_until_a_source_changes(
    package: Path, original: dict[str, str], tmp_path: Path
) -> None:
    """The memo is taken while all sources are the same; garbage in it, or an edit, and they are computed anew."""
    memo = tmp_path / "code_versions.json"
    assert code_versions(package, memo=memo) == original
    memo.write_text(memo.read_text().replace(original["raw_market"], "0" * 12))
    assert code_versions(package, memo=memo)["raw_market"] == "0" * 12

    assert "raw_market" in _changed(package / "artifacts.py", "\nADDED = 1\n", package, original, memo)
    memo.write_text("garbage")

    assert code_versions(package, memo=memo) == original


def test_no_memo_is_written_where_no_home_is(tmp_path: Path) -> None:
    """Building the code location makes no folder."""
    code_versions(memo=tmp_path / "dagster" / "code_versions.json")

    assert not list(tmp_path.iterdir())


def _changed(
    file: Path, added: str, package: Path, original: dict[str, str], memo: Path | None = None
) -> frozenset[str]:
    text = file.read_text()
    file.write_text(text + added)
    try:
        versions = code_versions(package, memo=memo)
    finally:
        file.write_text(text)
    return frozenset(asset for asset, version in versions.items() if version != original[asset])
