"""Data shows what was known on a day, how much there is, and what was refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from spx_assets.dashboard import stored
from spx_assets.landing.folder import Landing
from spx_assets.market import as_of
from spx_assets.settings import Settings
from spx_assets_tests.dashboard.conftest import Look, shown


def test_a_series_is_shown_as_it_was_known(kept: Path, settings: Settings, look: Look) -> None:
    """In the middle of a month the newest core CPI known is that of the month before last, or of the last."""
    rows = stored.current(settings, "raw_market").table
    known = as_of(rows[rows["series"] == "core_cpi"], pd.Timestamp("2017-06-30T20:00Z")).iloc[-1]

    page = look("data", kept)
    page.selectbox(key="series").set_value("core_cpi").run()
    page.date_input[0].set_value(date(2017, 6, 30)).run()

    assert not page.exception
    text = shown(page)
    assert f"newest value known at the close of 30 June 2017 was **{known['value']:.2f}**" in text
    assert f"of {known['date']:%B %Y}, known since {known['known_at']:%Y-%m-%d %H:%M} UTC" in text


def test_a_sunday_has_no_close(kept: Path, look: Look) -> None:
    """What was known on it is said without one."""
    page = look("data", kept)
    page.date_input[0].set_value(date(2017, 7, 2)).run()

    assert "on Sunday 2 July 2017, a day without a session, at 16:00 in New York was" in shown(page)
    assert "the close of 2 July" not in shown(page)


def test_coverage_counts_every_series(kept: Path, settings: Settings, look: Look) -> None:
    """One row per series with its dates."""
    rows = stored.current(settings, "raw_market").table

    coverage = look("data", kept).table[0].value

    assert rows["series"].nunique() == len(coverage)
    assert len(rows) == coverage["Dates"].sum() + coverage["Revisions"].sum()


def test_refused_files_are_listed_with_their_reason(own: Path, look: Look) -> None:
    """Their names are text, whatever they are."""
    landing = Landing(own / "landing")
    landing.quarantine("[x](y).csv", b"a,b\n", "0" * 64, {"kind": "SourceRefused", "text": "It is not a series."})

    page = look("data", own)

    quarantine = page.table[-1].value
    assert [r"\[x\](y).csv"] == quarantine["File"].tolist()
    assert "It is not a series." in quarantine["Why"].iloc[0]
    assert "No dropped file was refused." not in shown(page)
