"""The room's front door: `read_source`, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from spx_assets import market
from spx_assets.errors import NotFound
from spx_assets.market.sources import sample
from spx_assets_tests.market.documents import NOW, REPOSITORY, yahoo_csv


def test_the_sample_by_name() -> None:
    """`sample` is the embedded default."""
    pd.testing.assert_frame_equal(market.read_source("sample", now=NOW).observations, sample.read().observations)


def test_a_file_by_path(tmp_path: Path) -> None:
    """Anything else is a location."""
    path = tmp_path / "spx.csv"
    path.write_bytes(yahoo_csv(3))
    assert len(market.read_source(str(path), now=NOW).observations) == 15


def test_a_source_that_is_neither() -> None:
    """An unknown name is not found, and the accepted forms are listed."""
    with pytest.raises(NotFound, match="Give `sample`"):
        market.read_source("smaple", now=NOW)


def test_importing_the_room_imports_no_heavy_package() -> None:
    """Neither pandera nor the exchange calendars nor pyarrow's Parquet before they are needed."""
    script = (
        "import sys\nimport spx_assets.market\n"
        "print(sorted({'pandera', 'exchange_calendars', 'pyarrow.parquet', 'arch'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


@pytest.mark.parametrize("path", sorted((REPOSITORY / "spx_assets" / "market").rglob("*.py")), ids=lambda p: p.name)
def test_every_module_has_its_tests(path: Path) -> None:
    """The tests mirror the room module by module."""
    room = REPOSITORY / "spx_assets" / "market"
    mirror = REPOSITORY / "spx_assets_tests" / "market" / path.relative_to(room).parent / f"test_{path.name}"
    assert path.name == "__init__.py" or mirror.exists()
