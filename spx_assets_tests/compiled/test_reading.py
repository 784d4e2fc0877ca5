"""Compiled models as files: exact, canonical, and closed to everything else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spx_assets.compiled import Linear, Trees, dumps, load
from spx_assets.compiled.archive import read_arrays, write_arrays
from spx_assets.errors import ModelRefused
from spx_assets_tests.compiled.models import ROWS, line, model, stumps

FORMS = {"line": line(), "centred": line(folded=False), "stumps": stumps(), "single": stumps(single=True)}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_models_come_back_the_same(form: Linear | Trees) -> None:
    """Same forecasts to the bit, same names, ranges and quantiles, and the same bytes again."""
    written = model(form)

    read = load(dumps(written))

    assert dumps(read) == dumps(written)
    np.testing.assert_array_equal(read.forecast(ROWS), written.forecast(ROWS))
    assert (read.horizon, read.name, read.features) == (5, "ols", ("momentum", "term_spread", "vix_level"))
    assert str(read.score_quantiles) == "{0.5: 0.7, 0.9: 1.6, 0.99: nan}"
    np.testing.assert_array_equal([read.minima, read.maxima], [ROWS.min(axis=0), ROWS.max(axis=0)])


def test_reading_needs_numpy_alone() -> None:
    """The sidecar's reader brings in no other package that could run what a file says."""
    script = "import sys, spx_assets.serving.native; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()

    assert "numpy" in modules
    assert not {"pandas", "scipy", "sklearn", "skops", "joblib", "dagster", "spx_assets.forecasting"} & set(modules)


Damage = Callable[[dict[str, Any]], object]


def damaged(damage: Damage, form: Linear | Trees) -> bytes:
    """A good file with its arrays changed."""
    arrays: dict[str, Any] = dict(read_arrays(dumps(model(form))))
    damage(arrays)
    return write_arrays(arrays)


def set_to(name: str, value: Any) -> Damage:
    """One array replaced."""
    return lambda arrays: arrays.update({name: value})


def lacking(name: str) -> Damage:
    """One array gone."""
    return lambda arrays: arrays.pop(name)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (set_to("kind", np.array("pickle")), "kind is 'pickle'"),
        (set_to("kind", np.array("trees")), "feature"),
        (set_to("horizon", np.array(0)), "horizon is 0"),
        (set_to("horizon", np.array([5])), r"shape \(1,\)"),
        (set_to("name", np.array("a\nb")), "short plain text"),
        (set_to("features", np.array(["a", "a", "b"])), "two of one name"),
        (set_to("features", np.array([1.0, 2.0, 3.0])), "should be text"),
        (set_to("coefficients", np.array([1.0, 2.0])), "coefficients is"),
        (set_to("coefficients", np.array([1.0, np.nan, 2.0])), "a number that it cannot"),
        (set_to("coefficients", np.array([-0.002, 0.003, 0.0])), "golden predictions"),
        (set_to("scale", np.array([0.0, 1.0, 2.0])), "a number that it cannot"),
        (set_to("levels", np.array([0.5, 0.9, 1.5])), "outside 0 to 1"),
        (set_to("score_quantiles", np.array([0.5, 0.9, -1.0])), "negative"),
        (set_to("score_quantiles", np.array([0.5, 0.9, np.inf])), "a number that it cannot"),
        (set_to("volatility_column", np.array(3)), "volatility_column is 3"),
        (set_to("golden_rows", np.empty((0, 3))), "golden_rows is"),
        (set_to("floor", np.array(np.nan)), "floor is nan"),
        (set_to("floor", np.array(0.5)), "golden predictions"),
    ],
)
def test_damaged_lines_are_refused(damage: Damage, says: str) -> None:
    """Whatever is foreign, missing, of another shape, or changes a forecast."""
    with pytest.raises(ModelRefused, match=says):
        load(damaged(damage, line()))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (set_to("format", np.array(2)), "its format is 2, and 1 is read here"),
        (set_to("format", np.array(0)), "its format is 0"),
        (lacking("format"), "it holds no 'format'"),
        (lacking("floor"), "it holds no 'floor'"),
        (lacking("intercept"), "it holds no 'intercept'"),
        (lacking("kind"), "it holds no 'kind'"),
    ],
)
def test_files_of_other_releases_are_refused_with_the_way_out(damage: Damage, says: str) -> None:
    """A newer format, and an older one that lacks what was added since."""
    with pytest.raises(ModelRefused, match="of another release") as refused:
        load(damaged(damage, line()))

    assert says in str(refused.value.evidence)
    assert "`spx run`" in str(refused.value.way_out)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("left", [0, 1, 2, 4, 4, 5]),  # a node that is its own child never ends
        ("right", [2, 1, 2, 0, 4, 5]),  # a way back
        ("left", [1, 1, 2, 6, 4, 5]),
        ("left", [-1, 1, 2, 4, 4, 5]),
        ("feature", [3, -1, -1, 1, -1, -1]),
        ("feature", [-2, -1, -1, 1, -1, -1]),
        ("roots", [0, 6]),
        ("roots", [-1, 3]),
        ("roots", []),
    ],
)
def test_trees_that_lead_nowhere_are_refused(name: str, values: list[int]) -> None:
    """Every walk must end inside the arrays."""
    with pytest.raises(ModelRefused, match="leads outside its trees, or back"):
        load(damaged(set_to(name, np.array(values, dtype=np.int32)), stumps()))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_change_of_bytes_goes_unnoticed_or_escapes(data: st.DataObject) -> None:
    """Cut, overwritten or lengthened anywhere, a file is refused, or still forecasts what it did."""
    good = bytearray(dumps(model(data.draw(st.sampled_from([line(), stumps()])))))
    at = data.draw(st.integers(0, len(good) - 1))
    length = data.draw(st.integers(0, 40))
    good[at : at + length] = data.draw(st.binary(max_size=40))
    try:
        read = load(bytes(good))
    except ModelRefused:
        return
    assert read.golden_difference <= 1e-9


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a model", b"\x80\x04N."], ids=len)
def test_other_files_are_refused(content: bytes) -> None:
    """Nothing, a torn archive, text, a pickle."""
    with pytest.raises(ModelRefused, match="not one of ours"):
        load(content)
