"""Every page and picture: no text overlaps another, none leaves the paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from spx_assets.reporting import Findings, findings, style
from spx_assets.reporting.arrays import dates, numbers
from spx_assets.reporting.figures import plates
from spx_assets.reporting.pages import BOTTOM, draw_page
from spx_assets.reporting.sections import document
from spx_assets.reporting.stability import RollingSkill
from spx_assets_tests.reporting import drawn, synthetic


def _pages(made: Findings) -> list[Figure]:
    with style.drawing():
        laid = document(made, plates(made))
        return [draw_page(page, number, len(laid.pages), laid.running) for number, page in enumerate(laid.pages, 1)]


def _one_horizon() -> Findings:
    cleaned = synthetic.cleaned(horizons=(252,))
    evaluation = synthetic.evaluation(cleaned, horizons=(252,))
    forecast = synthetic.next_forecast(cleaned, horizons=(252,))
    fitted = synthetic.models(cleaned, (252,))
    card = synthetic.card((252,))
    return findings(synthetic.observations(), cleaned, evaluation, card, forecast, models=fitted)


def _many() -> Findings:
    horizons = (1, 2, 5, 10, 21, 63)
    models = (*synthetic.MODELS, "elastic_net", "hist_gradient_boosting", "random_forest", "combination")
    cleaned = synthetic.cleaned(horizons=horizons)
    evaluation = synthetic.evaluation(cleaned, horizons=horizons, models=models)
    forecast = synthetic.next_forecast(cleaned, horizons=horizons)
    versions = {f"asset_{number}": "0123456789abcdef" for number in range(12)}
    fitted = synthetic.models(cleaned, horizons)
    made = findings(
        synthetic.observations(), cleaned, evaluation, synthetic.card(horizons, evaluation), forecast, versions, fitted
    )
    ends = dates(pd.date_range("1995-12-29", periods=30, freq="YE"))
    rolling = (
        RollingSkill(horizon, "elastic_net", False, 5, ends, numbers(np.sin(np.arange(30.0)))) for horizon in horizons
    )
    return replace(made, rolling_skill=tuple(rolling))


@pytest.fixture(scope="module")
def cases(bare: Findings) -> Mapping[str, Findings]:
    """Findings of every size: bare, one long horizon, six horizons of seven models."""
    return {"bare": bare, "one horizon": _one_horizon(), "many": _many()}


@pytest.fixture(scope="module")
def drawn_pages(cases: Mapping[str, Findings]) -> Mapping[str, list[tuple[Figure, list[drawn.Printed]]]]:
    """Every page of every case with the texts on it."""
    return {case: [(page, drawn.printed(page)) for page in _pages(made)] for case, made in cases.items()}


CASES = pytest.mark.parametrize("case", ["bare", "one horizon", "many"])
Drawn = Mapping[str, list[tuple[Figure, list[drawn.Printed]]]]


@CASES
def test_no_text_overlaps_or_leaves_a_page(drawn_pages: Drawn, case: str) -> None:
    """By the boxes of what is really drawn, on every page."""
    for page, texts in drawn_pages[case]:
        assert drawn.outside(texts, page) == []
        assert drawn.overlaps(texts) == []


@CASES
def test_only_the_page_number_stands_in_the_foot(drawn_pages: Drawn, case: str) -> None:
    """Text ends above the bottom margin."""
    for page, texts in drawn_pages[case]:
        foot = (BOTTOM - 6) * page.dpi / style.POINTS_PER_INCH
        low = [one.text for one in texts if one.box.y0 < foot]
        assert len(low) == 2
        assert low[1].startswith("Page ")


def test_no_text_overlaps_or_leaves_a_picture(cases: Mapping[str, Findings]) -> None:
    """The same for each figure alone."""
    for plate in plates(cases["many"]).values():
        figure = drawn.picture(plate)
        texts = drawn.printed(figure)
        assert drawn.outside(texts, figure) == []
        assert drawn.overlaps(texts) == []


def test_the_recorder_sees_an_overlap() -> None:
    """The check can fail: two texts on one spot are found, and one beyond the edge."""
    figure = Figure()
    figure.text(0.5, 0.5, "one")
    figure.text(0.5, 0.5, "other")
    figure.text(0.99, 0.1, "beyond the edge")
    texts = drawn.printed(figure)
    assert drawn.overlaps(texts) == [("one", "other")]
    assert drawn.outside(texts, figure) == ["beyond the edge"]
