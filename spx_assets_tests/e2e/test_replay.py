"""Two vintages of a source: both are kept, each as-of date sees its own, and no feature changes retroactively."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spx_assets import artifacts, features
from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets_tests.landing import yahoo
from spx_assets_tests.product import materialize

REVISED_AT = "2017-06-01T12:30:00Z"
# Core CPI of five months, as a revision of June 2017 had them.
MONTHS = [f"2016-{month:02d}-01" for month in range(1, 6)]


def _table(home: Path, asset: str, **settings: object) -> pd.DataFrame:
    return artifacts.table_of(open_store(Settings.load({}, home=home, **settings)).read(asset))


@pytest.fixture(scope="module")
def homes(
    ran: tuple[Path, dict[str, Any]], observations: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """The home after the first vintage, and a copy after the second was dropped and run, also as of two dates."""
    home = tmp_path_factory.mktemp("replay") / "home"
    shutil.copytree(ran[0], home, symlinks=True)
    first = observations[(observations["series"] == "core_cpi") & observations["date"].isin(pd.to_datetime(MONTHS))]
    rows = [
        f"core_cpi,{day:%Y-%m-%d},{value * 1.002:.4f},{REVISED_AT}"
        for day, value in zip(first["date"], first["value"], strict=True)
    ]
    yahoo.drop(home / "landing", "cpi_2017-06.csv", "\n".join(["series,date,value,known_at", *rows, ""]))
    for as_of in (None, "2017-05-31", "2017-06-30"):
        materialize(Settings.load({}, home=home, as_of=as_of), "raw_market", "cleaned_data")
    return ran[0], home


def test_both_values_are_kept_with_their_instants(homes: tuple[Path, Path]) -> None:
    """One row per vintage: the first known by its release rule, the second when it came out."""
    raw = _table(homes[1], "raw_market")

    rows = raw[(raw["series"] == "core_cpi") & (raw["date"] == "2016-01-01")]

    assert len(rows) == 2
    assert rows["value"].iloc[1] == pytest.approx(1.002 * rows["value"].iloc[0], abs=1e-4)
    assert [f"{at:%Y-%m-%d %H:%M}" for at in rows["known_at"]] == ["2016-03-01 13:30", "2017-06-01 12:30"]


@pytest.mark.parametrize(("as_of", "vintages"), [("2017-05-31", 1), ("2017-06-30", 2)])
def test_each_date_sees_what_was_known_on_it(as_of: str, vintages: int, homes: tuple[Path, Path]) -> None:
    """Before the revision there is one value of each month, after it two."""
    raw = _table(homes[1], "raw_market", as_of=as_of)
    revised = raw[(raw["series"] == "core_cpi") & raw["date"].isin(pd.to_datetime(MONTHS))]

    assert len(revised) == vintages * len(MONTHS)
    assert raw["known_at"].max() <= pd.Timestamp(f"{as_of} 20:00", tz="UTC")


def test_features_do_not_change_retroactively(homes: tuple[Path, Path]) -> None:
    """Rows before the revision are equal to the bit; rows after it use the second vintage throughout."""
    before, after = (_table(home, "cleaned_data") for home in homes)
    names = list(features.feature_names(before))

    pd.testing.assert_frame_equal(before.loc[:"2017-05-31", names], after.loc[:"2017-05-31", names], check_exact=True)
    months_in_use = before.loc["2017-06-01":, "core_inflation_yoy"] != after.loc["2017-06-01":, "core_inflation_yoy"]
    assert months_in_use["2017-06-01"]
    pd.testing.assert_frame_equal(
        after.loc[:"2017-06-30", names], _table(homes[1], "cleaned_data", as_of="2017-06-30")[names], check_exact=True
    )
