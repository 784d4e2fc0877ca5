"""What readers see in place of names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spx_assets.reporting import labels


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("realized_volatility_22", "realised volatility (22)"),
        ("vix_zscore_63", "VIX z-score (63)"),
        ("core_inflation_yoy", "core inflation year on year"),
        ("default_spread_change_3m", "default spread change 3 months"),
        ("something_new", "something new"),
    ],
)
def test_feature_names_become_words(name: str, label: str) -> None:
    """A feature's label follows from its name, so a new feature needs no entry."""
    assert labels.feature_label(name) == label


def test_series_names_become_words() -> None:
    """A series' label starts with a capital and uses the market's spelling."""
    assert [labels.series_label(name) for name in ("spx_close", "aaa_yield", "core_cpi", "wti", "treasury_10y")] == [
        "S&P 500 close",
        "Moody's Aaa corporate yield",
        "Core CPI",
        "WTI",
        "Treasury 10 years",
    ]


def test_a_value_is_of_its_period() -> None:
    """A monthly value is of a month, not of its first day."""
    first = date(2018, 11, 1)
    assert [labels.period(first, each) for each in ("daily", "monthly", "quarterly", "")] == [
        "2018-11-01",
        "2018-11",
        "2018-Q4",
        "2018-11-01",
    ]


def test_model_names_become_words() -> None:
    """Abbreviations keep their capitals; other names lose their underscores."""
    assert labels.model_label("ols") == "OLS"
    assert labels.model_label("historical_mean") == "historical mean"


def test_one_session_is_singular() -> None:
    """Horizons read as English."""
    assert (labels.sessions(1), labels.sessions(5)) == ("1 session", "5 sessions")
    assert (labels.ahead(1), labels.ahead(21)) == ("Next session", "Next 21 sessions")


def test_lists_read_as_english() -> None:
    """Commas between, a word before the last."""
    assert labels.listed([]) == ""
    assert labels.listed(["a"]) == "a"
    assert labels.listed(["a", "b", "c"], last="or") == "a, b or c"


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        (-0.214, 2, False, "−0.21"),
        (0.214, 2, True, "+0.21"),
        (-0.001, 2, True, "0.00"),
        (12345.6, 0, False, "12,346"),
        (float("nan"), 2, False, "–"),
        (float("inf"), 2, False, "–"),
    ],
)
def test_numbers_have_true_signs(value: float, decimals: int, *, signed: bool, text: str) -> None:
    """Minus signs are minus signs, zero has no sign, and what is no number is a dash."""
    assert labels.number(value, decimals, signed=signed) == text


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_numbers_read_back_to_their_rounding(value: float, decimals: int) -> None:
    """A printed number is the rounded number."""
    text = labels.number(value, decimals, signed=True).replace(labels.MINUS, "-").replace(",", "")
    assert float(text) == pytest.approx(round(value, decimals), abs=1e-9)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0004, "<0.001"), (0.04567, "0.046"), (1.0, "1.000"), (float("nan"), "–")]
)
def test_p_values_are_never_zero(value: float, text: str) -> None:
    """Three decimals, a bound below them, a dash where the test is undefined."""
    assert labels.p_value(value) == text


def test_what_does_not_serve_is_said_beside_its_name() -> None:
    """A reader never takes a rival for the deployed model."""
    assert labels.serving_label("ridge", deployed=False) == "ridge (not deployed)"
    assert labels.serving_label("ridge", deployed=True) == "ridge (deployed)"


def test_models_are_grouped_by_whether_they_serve() -> None:
    """Each named once, those that serve first."""
    models = (("ridge", False), ("ols", True), ("combination", False), ("ridge", False))
    assert labels.serving_labels(models) == "deployed: OLS; not deployed: ridge and forecast combination"
    assert labels.serving_labels([("ridge", False)]) == "not deployed: ridge"


def test_a_question_is_answered_in_a_word() -> None:
    """For cells of tables."""
    assert (labels.yes_or_no(True), labels.yes_or_no(False)) == ("yes", "no")
