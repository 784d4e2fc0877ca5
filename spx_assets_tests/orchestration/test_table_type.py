"""Table assets have a Dagster type made from their pandera contract."""

from __future__ import annotations

import warnings

import dagster as dg
import pandas as pd

from spx_assets.features import cleaned_data_schema
from spx_assets.orchestration.table_type import table_type


def test_the_type_checks_and_shows_its_columns(cleaned: pd.DataFrame) -> None:
    """A good table passes, a bad one does not, and the columns carry their descriptions."""
    made = table_type(cleaned_data_schema())

    assert dg.check_dagster_type(made.dagster_type, cleaned).success
    assert not dg.check_dagster_type(made.dagster_type, cleaned.assign(vix_level=0.0)).success
    columns = {column.name: column.description for column in made.metadata["dagster/column_schema"].columns}
    assert columns["return_1"] == "Return of the session [log return]"


def test_no_warning_reaches_the_user() -> None:
    """The beta notice of the library is not the user's business."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table_type(cleaned_data_schema())
