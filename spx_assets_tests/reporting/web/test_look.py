"""The style sheet."""

from __future__ import annotations

import re

from spx_assets.reporting.web.look import style_sheet
from spx_assets.reporting.web.palette import DARK, LIGHT


def test_dark_follows_the_system_unless_the_button_says_otherwise() -> None:
    """Both ways lead to the same colours; paper stays light."""
    sheet = style_sheet()
    assert sheet.count(DARK.variables) == 2
    assert sheet.count(LIGHT.variables) == 1
    assert "screen and (prefers-color-scheme:dark){:root:not([data-theme=light])" in sheet


def test_it_names_no_address_and_only_known_colours() -> None:
    """Nothing is fetched, and every colour is one whose contrast was checked."""
    sheet = style_sheet()
    assert "url(" not in sheet
    assert "@import" not in sheet
    assert set(re.findall(r"#[0-9a-f]{6}", sheet)) == set(re.findall(r"#[0-9a-f]{6}", LIGHT.variables + DARK.variables))
    assert sheet.count("{") == sheet.count("}")
