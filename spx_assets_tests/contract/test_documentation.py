"""Documentation is complete: a command, setting or decision that is not written down fails here."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command

from spx_assets.artifacts import ASSETS
from spx_assets.cli import app
from spx_assets.settings import Settings, _shown
from spx_assets_tests.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text()
COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]  # a click group


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    """A reader finds each command where it is shown with its output, or in the table."""
    assert re.search(rf"spx {command}(?![\w-])", README)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example_in_its_help(command: str) -> None:
    """`--help` ends with a line to copy."""
    epilog = get_command(app).commands[command].epilog  # type: ignore[attr-defined]  # a click group

    assert epilog.startswith("Example: ")
    assert f"spx {command}" in epilog


@pytest.mark.parametrize("setting", Settings.model_fields)
def test_every_setting_is_documented(setting: str) -> None:
    """docs/settings.md has a row for each variable, with its default."""
    default = _shown(Settings.model_fields[setting].default)
    row = f"| `SPX_{setting.upper()}` | {f'`{default}`' if default else '–'} |"

    assert row in (REPOSITORY / "docs" / "settings.md").read_text()


@pytest.mark.parametrize("asset", ASSETS)
def test_every_asset_is_in_the_readme(asset: str) -> None:
    """The flow names each."""
    assert asset in README


def test_every_decision_is_in_the_index() -> None:
    """Each page of docs/decisions is listed, and each listed page is there."""
    folder = REPOSITORY / "docs" / "decisions"
    pages = {page.name for page in folder.glob("0*.md")}

    assert pages == set(re.findall(r"\((0[^)]*\.md)\)", (folder / "README.md").read_text()))


def test_every_link_of_the_documents_leads_somewhere() -> None:
    """Relative links and pictures of README and docs exist."""
    for document in [REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
