"""The contract of `raw_market`: what breaks it is refused whole, and nothing is coerced."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from spx_assets.errors import SchemaRefused
from spx_assets.market.observation import OBSERVATION_DTYPES, Observation, validated
from spx_assets.market.reading import no_observations, observations_of
from spx_assets.market.sources import sample


@pytest.fixture
def frame() -> pd.DataFrame:
    """Two sound observations."""
    return observations_of("vix_close", pd.DatetimeIndex(["2018-12-28", "2018-12-31"]), np.array([28.34, 25.42]), "s")


def test_sound_observations_pass_unchanged(frame: pd.DataFrame) -> None:
    """Validation gives the same frame back."""
    pd.testing.assert_frame_equal(validated(frame), frame)


def test_no_observations_are_sound() -> None:
    """An empty history keeps the contract."""
    assert len(validated(no_observations())) == 0


def test_the_embedded_sample_is_sound() -> None:
    """All its rows at once."""
    assert len(validated(sample.read().observations)) == 37_878


BREAKS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "unknown series": lambda f: f.assign(series="m2"),
    "time of day": lambda f: f.assign(date=f["date"] + pd.Timedelta(hours=16)),
    "no date": lambda f: f.assign(date=[f["date"][0], pd.NaT]),
    "not a number": lambda f: f.assign(value=[28.34, np.nan]),
    "infinite": lambda f: f.assign(value=[28.34, np.inf]),
    "implausible": lambda f: f.assign(value=[28.34, 254.2]),
    "integers": lambda f: f.assign(value=[28, 25]),
    "numbers as text": lambda f: f.assign(value=["28.34", "25.42"]),
    "naive instants": lambda f: f.assign(known_at=f["known_at"].dt.tz_localize(None)),
    "local instants": lambda f: f.assign(known_at=f["known_at"].dt.tz_convert("America/New_York")),
    "no instant": lambda f: f.assign(known_at=[f["known_at"][0], pd.NaT]),
    "no source": lambda f: f.assign(source=["s", ""]),
    "null source": lambda f: f.assign(source=["s", None]),
    "repeated key": lambda f: pd.concat([f, f]),
    "missing column": lambda f: f.drop(columns="source"),
    "additional column": lambda f: f.assign(unit="%"),
    "another order": lambda f: f[["date", "series", "value", "known_at", "source"]],
}


@pytest.mark.parametrize("case", list(BREAKS))
def test_broken_observations_are_refused(frame: pd.DataFrame, case: str) -> None:
    """Each column, type, key and range is judged; nothing is coerced."""
    with pytest.raises(SchemaRefused, match="The observations break their contract"):
        validated(BREAKS[case](frame))


def test_all_failures_are_in_one_report(frame: pd.DataFrame) -> None:
    """Validation is lazy: two broken rules are two lines."""
    with pytest.raises(SchemaRefused) as refused:
        validated(frame.assign(series="m2", source=""))
    assert "isin" in refused.value.evidence
    assert "names_its_source" in refused.value.evidence


def test_the_schema_and_the_dtypes_are_one_contract() -> None:
    """Column for column, in order, with a description each."""
    columns = Observation.to_schema().columns
    assert {name: str(column.dtype) for name, column in columns.items()} == dict(OBSERVATION_DTYPES)
    assert all(column.description for column in columns.values())
