"""What the report was made from."""

from __future__ import annotations

from importlib.metadata import version

from spx_assets.reporting import provenance
from spx_assets_tests.reporting import synthetic


def test_window_counts_the_tables() -> None:
    """Sessions, features, observations and the newest instant are the tables' own."""
    observations, cleaned = synthetic.observations(), synthetic.cleaned()
    found = provenance.window(observations, cleaned)
    assert (found.sessions, found.features, found.observations, found.series) == (700, 28, len(observations), 8)
    assert found.first_session == cleaned["session"].iloc[0].date()
    assert found.known_until == f"{observations['known_at'].max():%Y-%m-%d %H:%M} UTC"


def test_empty_tables_have_an_empty_window() -> None:
    """Nothing in, nothing claimed."""
    found = provenance.window(synthetic.observations(9).iloc[:0], synthetic.cleaned(9).iloc[:0])
    assert (found.sessions, found.first_session, found.known_until) == (0, None, "")


def test_the_reports_own_versions_come_first_and_win() -> None:
    """The card's inputs add what the report was not told."""
    rows = provenance.version_rows({"raw_market": "a"}, {"raw_market": "older", "walk_forward": "b"})
    assert rows == (("raw_market", "a"), ("walk_forward", "b"))


def test_equal_values_have_equal_digests_and_others_do_not() -> None:
    """A digest tells tables apart by their values, and leaves out what was not given."""
    table = synthetic.cleaned(30)
    first = provenance.digests({"cleaned_data": table, "next_forecast": None}, {"a": 1})
    again = provenance.digests({"cleaned_data": table.copy(), "next_forecast": None}, {"a": 1})
    other = provenance.digests({"cleaned_data": table.assign(vix_level=1.0)}, {"a": 2})
    assert first == again
    assert [one.name for one in first] == ["cleaned_data", "model card"]
    assert [one.rows for one in first] == [30, 1]
    assert {one.sha256 for one in first}.isdisjoint({one.sha256 for one in other})


def test_software_is_what_is_installed() -> None:
    """The versions are those of the distributions."""
    assert dict(provenance.software())["matplotlib"] == version("matplotlib")
