"""Code versions follow the source."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from spx_assets.orchestration.code_version import code_version

ASK = "from spx_assets.orchestration.code_version import code_version as v; print(v('features'), v('market'))"


def test_rooms_have_versions_of_their_own() -> None:
    """Different rooms differ; the order of rooms does not matter."""
    assert code_version("market") != code_version("features")
    assert code_version("market", "features") == code_version("features", "market")


def test_a_changed_formula_changes_the_version_of_its_room_only(tmp_path: Path) -> None:
    """One edited line in features moves features and leaves market."""
    copy = tmp_path / "spx_assets"
    shutil.copytree(Path(__file__).parents[2] / "spx_assets", copy)

    before = _versions(tmp_path)
    with (copy / "features" / "price.py").open("a") as source:
        source.write("\n# changed\n")
    after = _versions(tmp_path)

    assert before[0] != after[0]
    assert before[1] == after[1]


def _versions(root: Path) -> list[str]:
    asked = subprocess.run([sys.executable, "-c", ASK], cwd=root, capture_output=True, text=True, check=True)
    return asked.stdout.split()
