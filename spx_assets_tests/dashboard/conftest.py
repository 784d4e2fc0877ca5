"""Pages looked at without a browser: Streamlit runs them for real, on a real home."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from spx_assets.settings import Settings

Look = Callable[..., AppTest]


def _script(name: str) -> None:
    from spx_assets.dashboard import pages  # noqa: PLC0415  # Streamlit runs this function's text as a script

    pages.show(name)


@pytest.fixture(autouse=True)
def own_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit makes each page it runs `__main__`, which later tests' processes would begin with."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Look:
    """Open a page of a home: `look("now", home, api_token="…")`. Nobody answers at the API's port unless one is set."""

    def open_page(name: str, home: Path, **settings: str) -> AppTest:
        for variable in [key for key in os.environ if key.startswith("SPX_")]:
            monkeypatch.delenv(variable)
        for key, value in {"home": str(home), "api_port": "1", **settings}.items():
            monkeypatch.setenv(f"SPX_{key.upper()}", value)
        return AppTest.from_function(_script, kwargs={"name": name}, default_timeout=60).run()

    return open_page


@pytest.fixture(scope="session")
def kept(ran: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the home in which everything was run once; pages may count their views in it."""
    home = tmp_path_factory.mktemp("dashboard") / "home"
    shutil.copytree(ran[0], home, ignore=shutil.ignore_patterns("dagster", "logs"), symlinks=True)
    return home


@pytest.fixture
def own(kept: Path, tmp_path: Path) -> Path:
    """A copy of that home for one test to damage, in which nothing was counted yet."""
    home = tmp_path / "home"
    shutil.copytree(kept, home, ignore=shutil.ignore_patterns("dashboard"))
    return home


@pytest.fixture(scope="session")
def settings(kept: Path) -> Settings:
    """The settings of the home that is looked at."""
    return Settings.load({}, home=kept)


def shown(page: AppTest) -> str:
    """Every text of a page."""
    headings = (page.title, page.header, page.subheader)
    kinds = (*headings, page.markdown, page.caption, page.warning, page.error, page.info, page.success)
    return "\n".join(element.value for kind in kinds for element in kind)
