"""Entity tags hold for one choice of sources and one version; else everything is asked again."""

from __future__ import annotations

from pathlib import Path

from spx_assets.orchestration import remembered
from spx_assets.settings import Settings

ANSWERS = {"https://example.test/VIX_History.csv": ('"abc"', "Mon, 01 Jul 2024 12:00:00 GMT")}


def test_answers_are_remembered_for_their_source_and_version(tmp_path: Path) -> None:
    """After a rollback, or from other sources, nothing counts as unchanged."""
    settings = Settings.load({}, home=tmp_path, source="cboe")

    remembered.remember(settings, None, "v1", ANSWERS)

    assert remembered.validators(settings, "v1") == ANSWERS
    assert remembered.validators(settings, "v2") == {}
    assert remembered.validators(settings, None) == {}
    assert remembered.validators(Settings.load({}, home=tmp_path, source="fred"), "v1") == {}


def test_an_unchanged_answer_keeps_its_tag(tmp_path: Path) -> None:
    """A URL that said "not modified" sends no tag again; after a rollback its old one is worth nothing."""
    settings = Settings.load({}, home=tmp_path, source="cboe")
    remembered.remember(settings, None, "v1", ANSWERS)

    remembered.remember(settings, "v1", "v2", {})
    assert remembered.validators(settings, "v2") == ANSWERS

    remembered.remember(settings, "v1", "v3", {})
    assert remembered.validators(settings, "v3") == {}


def test_sources_without_tags_leave_no_file(tmp_path: Path) -> None:
    """The embedded data is read whole every time."""
    remembered.remember(Settings.load({}, home=tmp_path), None, "v1", {})

    assert list(tmp_path.iterdir()) == []


def test_no_secret_of_an_address_is_written_down(tmp_path: Path) -> None:
    """The choice of sources is kept without user, password and query."""
    settings = Settings.load({}, home=tmp_path, source="cboe,https://me:s3cret@h.example/a.csv?sig=s3cret")

    remembered.remember(settings, None, "v1", ANSWERS)

    assert remembered.validators(settings, "v1") == ANSWERS
    assert "s3cret" not in (tmp_path / remembered.FILE).read_text()
    assert not [row for row in settings.explain() if "s3cret" in row["value"]]
