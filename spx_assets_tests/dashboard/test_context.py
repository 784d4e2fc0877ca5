"""One way to say what is missing, and where counting happens."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from spx_assets.dashboard.context import Context, counters_folder
from spx_assets.settings import Settings


def _script(home: str) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415  # Streamlit runs this function's text as a script

    import streamlit as st  # noqa: PLC0415  # as above

    from spx_assets.dashboard.context import Context  # noqa: PLC0415  # as above
    from spx_assets.errors import NotFound  # noqa: PLC0415  # as above
    from spx_assets.settings import Settings  # noqa: PLC0415  # as above

    context = Context(Settings.load({}, home=home), datetime.now(UTC))
    with context.told():
        raise NotFound("There is no [thing](x)", way_out="Make it.")
    st.write("the rest goes on")


def test_what_is_missing_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Without a traceback, and without markup from the outside."""
    page = AppTest.from_function(_script, kwargs={"home": str(tmp_path)}).run()

    assert [r"There is no \[thing\](x). Make it."] == [warning.value for warning in page.warning]
    assert ["the rest goes on"] == [text.value for text in page.markdown]
    assert not page.exception


def test_a_bug_is_not_swallowed(tmp_path: Path) -> None:
    """Only refusals are told; anything else reaches Streamlit, which shows no details."""
    context = Context(Settings.load({}, home=tmp_path), datetime.now(UTC))

    with pytest.raises(ZeroDivisionError), context.told():
        _ = 1 / 0


def test_an_as_of_home_counts_by_itself(tmp_path: Path) -> None:
    """Below the root of its own."""
    settings = Settings.load({}, home=tmp_path, as_of="2017-06-30")

    assert tmp_path / "as-of" / "2017-06-30" / "dashboard" == counters_folder(settings)
