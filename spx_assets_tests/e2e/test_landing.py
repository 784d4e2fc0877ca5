"""Files dropped into a home, as a user sees it: sorted out by `spx run`, listed, and accepted by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets_tests.landing import yahoo
from spx_assets_tests.product import ONE_HORIZON, materialize, spx


@pytest.fixture(scope="module")
def home(
    ran: tuple[Path, dict[str, Any]], observations: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A home in which one good, one damaged and one history-rewriting file were dropped, and run."""
    copy = tmp_path_factory.mktemp("landing") / "home"
    shutil.copytree(ran[0], copy, symlinks=True)
    folder = copy / "landing"
    yahoo.drop(folder, "january.csv", yahoo.csv("2019-01-02", "2019-01-31"))
    yahoo.drop(folder, "damaged.csv", yahoo.csv("2019-02-01", "2019-02-05").replace(",2505.85,", ',"2,505.85",'))
    yahoo.drop(folder, "rewrite.csv", yahoo.of(observations, "2010-01-01", "2011-12-31", factor=1.01))
    result = spx("run", home=copy, candidates="historical_mean", **ONE_HORIZON)
    assert result.returncode == 0, result.stderr
    assert "landing/damaged.csv" in result.stderr
    return copy


def test_every_file_is_where_it_belongs(home: Path) -> None:
    """The run goes on with what is good; `spx landing` says where the rest is, and why."""
    rows = {row["file"]: row for row in json.loads(spx("landing", "--json", home=home).stdout)}

    assert {name: row["state"] for name, row in rows.items()} == {
        "january.csv": "accepted",
        "damaged.csv": "rejected",
        "rewrite.csv": "rejected",
    }
    assert "thousands separators" in rows["damaged.csv"]["why"]
    assert "spx accept rewrite.csv" in rows["rewrite.csv"]["why"]
    covered = {row["series"]: row for row in json.loads(spx("catalogue", "--json", home=home).stdout)}
    assert covered["spx_close"]["last"] == "2019-01-31"


def test_a_rewrite_goes_in_once_a_person_says_so(home: Path) -> None:
    """`spx accept`, then a reading: every value is a revision, and a reading after that changes nothing."""
    assert spx("accept", "damaged.csv", home=home).returncode == 3
    assert spx("accept", "nowhere.csv", home=home).returncode == 4
    assert spx("accept", "rewrite.csv", home=home).returncode == 0

    settings = Settings.load({}, home=home)
    materialize(settings, "raw_market")
    with_revisions = open_store(settings).current("raw_market")
    materialize(settings, "raw_market")

    assert with_revisions == open_store(settings).current("raw_market")
    covered = {row["series"]: row for row in json.loads(spx("catalogue", "--json", home=home).stdout)}
    assert covered["spx_close"]["revisions"] == 504
    assert (home / "landing" / "accepted" / "rewrite.csv").exists()
