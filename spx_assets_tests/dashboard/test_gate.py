"""The token at the door."""

from __future__ import annotations

from pathlib import Path

from spx_assets.dashboard import counters, gate
from spx_assets_tests.dashboard.conftest import Look, shown

TOKEN = "correct horse"  # noqa: S105  # a test's own


def test_nothing_is_shown_before_the_token(kept: Path, look: Look) -> None:
    """The form alone: no figure, no menu entry of the page, no count."""
    before = counters.read(kept / "dashboard")

    page = look("now", kept, api_token=TOKEN)

    assert ["spx_assets"] == [title.value for title in page.title]
    assert ["Token"] == [field.label for field in page.text_input]
    assert not page.metric
    assert not page.markdown
    assert before == counters.read(kept / "dashboard")


def test_a_wrong_token_stays_outside_and_the_right_one_opens(kept: Path, look: Look) -> None:
    """Once per session."""
    page = look("now", kept, api_token=TOKEN)

    page.text_input[0].input("wrong")
    page.button[0].click().run()
    assert "That is not the token" in page.error[0].value
    assert not page.metric

    page.text_input[0].input(TOKEN)
    page.button[0].click().run()
    assert page.metric
    assert "The coming sessions" in shown(page)


def test_tokens_are_compared_whole() -> None:
    """Prefixes, other lengths and other alphabets are wrong."""
    assert gate.is_right(TOKEN, TOKEN)
    assert not [given for given in ("", "correct", TOKEN + " ", "corréct horse") if gate.is_right(given, TOKEN)]
