"""Neely, Rapach, Tu and Zhou (2014): their figures, made again through the public functions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from spx_assets.errors import DataRefused
from spx_assets.forecasting.replication import FIGURES, published_figures


@pytest.fixture(scope="module")
def tables(shared_data: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The authors' months and their figures."""
    folder = shared_data / "reference"
    return pd.read_csv(folder / "gw_nrtz2014_monthly.csv"), pd.read_csv(folder / "nrtz2014_published.csv")


@pytest.fixture(scope="module")
def found(tables: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    """Every figure, published and ours."""
    return published_figures(*tables)


@pytest.mark.parametrize("figure", FIGURES)
def test_every_published_figure_comes_out(figure: str, found: pd.DataFrame) -> None:
    """28 predictors, three pools and, where it has one, the benchmark: to 1e-10 in the figure's own unit."""
    rows = found[found["figure"] == figure]

    assert len(rows) == (31 if figure in {"R2OS", "CW", "p"} else 32)
    assert rows["difference"].abs().max() < 1e-10


def test_the_difference_is_ours_less_the_published(found: pd.DataFrame) -> None:
    """Of a figure that was changed it is the change."""
    assert ((found["ours"] - found["published"]) == found["difference"]).all()


def test_a_wrong_month_shows(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """One return of 1980 changed: figures differ."""
    monthly, published = tables
    changed = monthly.assign(ret=monthly["ret"].where(monthly["yyyymm"] != 198001, 0.5))

    assert published_figures(changed, published)["difference"].abs().max() > 1e-3


def test_missing_columns_and_models_are_refused(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """By name."""
    monthly, published = tables

    with pytest.raises(DataRefused, match="rfree"):
        published_figures(monthly.drop(columns="rfree"), published)
    with pytest.raises(DataRefused, match="Sharpe"):
        published_figures(monthly, published.drop(columns="Sharpe"))
    with pytest.raises(DataRefused, match="LTR"):
        published_figures(monthly, published[published["model"] != "LTR"])
