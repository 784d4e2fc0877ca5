"""The record of a sample: what it carries and rests on, with numbers."""

from __future__ import annotations

import pandas as pd

from spx_assets import features
from spx_assets_tests.features import synthetic
from spx_assets_tests.features.synthetic import since_until


def test_what_the_last_row_carries_is_named_with_its_age(observations: pd.DataFrame) -> None:
    """A volume that is missing on the last session, and a month of core CPI that is due: each with its age."""
    held = since_until(since_until(observations, "spx_volume", last="2018-12-28"), "core_cpi", last="2018-10-01")

    sample = features.assemble(held).sample

    assert sample["carried"] == [
        {"series": "spx_volume", "newest": "2018-12-28", "age_sessions": 1},
        {"series": "core_cpi", "newest": "2018-10-01", "age_sessions": 20},
    ]
    assert "spx_volume is late: its value of 2018-12-28 is used, 1 session old." in sample["notes"]
    assert features.assemble(observations).sample["carried"] == []


def test_sessions_on_reconstructed_values_are_counted() -> None:
    """Sessions until the introduction of the VIX rest on what was computed afterwards; later ones do not."""
    history = pd.concat(
        [
            synthetic.daily("spx_close", "2001-01-02", "2004-06-30", level=1_100.0),
            synthetic.daily("vix_close", "2001-01-02", "2004-06-30", level=20.0),
        ],
        ignore_index=True,
    )

    assembly = features.assemble(history)

    expected = int((assembly.cleaned.index <= pd.Timestamp("2003-09-22")).sum())
    assert assembly.sample["reconstructed"] == [
        {"series": "vix_close", "introduced": "2003-09-22", "sessions": expected}
    ]
    assert any("reconstructed values of vix_close" in note for note in assembly.sample["notes"])
