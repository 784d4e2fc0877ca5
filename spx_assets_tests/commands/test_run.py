"""What `spx run` prints."""

from __future__ import annotations

from pathlib import Path

from spx_assets_tests.product import spx


def test_a_refused_check_ends_with_what_was_done_and_what_was_not(tmp_path: Path) -> None:
    """The summary shows what was stored before the refusal; the message names asset and check; status 3."""
    result = spx("run", home=tmp_path, first_train="5000")

    assert result.returncode == 3
    assert "raw_market" in result.stdout
    assert "walk_forward" not in result.stdout
    assert "cleaned_data was not stored" in result.stderr
    assert "enough_history" in result.stderr
