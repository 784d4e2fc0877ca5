"""Table assets have a Dagster type made from their pandera contract."""

from __future__ import annotations

import warnings

import dagster as dg
import pandas as pd

from spx_assets.features import cleaned_data_schema
from spx_assets.forecasting import WalkForward
from spx_assets.orchestration.table_type import actual_columns, table_type


def test_the_type_checks_and_shows_its_columns(cleaned: pd.DataFrame) -> None:
    """A good table passes, a bad one does not, and the columns carry their descriptions."""
    made = table_type(cleaned_data_schema())

    assert dg.check_dagster_type(made.dagster_type, cleaned).success
    assert not dg.check_dagster_type(made.dagster_type, cleaned.assign(vix_level=0.0)).success
    columns = {column.name: column.description for column in made.metadata["dagster/column_schema"].columns}
    assert columns["return_1"] == "Return of the session [log return]"


def test_no_column_is_named_by_a_regular_expression() -> None:
    """Before a run a column per level has a name with an ellipsis, after it every column has its own."""
    schema = table_type(WalkForward).metadata["dagster/column_schema"]
    names = [column.name for column in schema.columns]
    assert names[-2:] == ["lower_…", "upper_…"]

    made = actual_columns(schema, pd.DataFrame({"model": ["ols"], "lower_90": [0.0], "upper_97.5": [0.1]}))

    assert [column.name for column in made.columns] == ["model", "lower_90", "upper_97.5"]
    assert [column.description for column in made.columns[1:]] == [
        "Lower bound; missing with few past errors.",
        "Upper bound; missing with few past errors.",
    ]


def test_no_warning_reaches_the_user() -> None:
    """The beta notice of the library is not the user's business."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table_type(cleaned_data_schema())
