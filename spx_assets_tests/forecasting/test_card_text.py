"""The model card for a reader."""

from __future__ import annotations

from spx_assets.forecasting import card_markdown, card_table
from spx_assets_tests.forecasting.conftest import Made


def test_the_card_can_be_read(no_skill: Made) -> None:
    """Verdict first; one table row per horizon; what is undefined is a dash."""
    table = card_table(no_skill.trained.card)
    text = card_markdown(no_skill.trained.card)

    assert table["horizon"].tolist() == [1, 5]
    assert table["model"].tolist() == ["historical_mean", "historical_mean"]
    assert text.startswith("## Verdict\n\n- 1 session ahead: no candidate beat the historical mean")
    assert "| 1 | historical_mean | none |" in text
    assert "| – |" in text


def test_the_card_counts_and_judges_what_was_tried(no_skill: Made) -> None:
    """Trials, superior ability, confidence set, every level of the intervals, every cost."""
    text = card_markdown(no_skill.trained.card)

    assert "4 trials so far" in text
    assert "superior predictive ability of the best of 2" in text
    for word in ("Kupiec p", "Christoffersen p", "Winkler", "pinball", "deflated Sharpe", "Pesaran–Timmermann p"):
        assert word in text
