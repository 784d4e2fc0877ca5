"""The note that a service is meant to run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from spx_assets import service_record

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_the_note_stands_while_the_service_runs(tmp_path: Path) -> None:
    """From start to orderly end."""
    assert service_record.read(tmp_path) is None
    with service_record.kept(tmp_path, "http://127.0.0.1:8000", at=AT):
        found = service_record.read(tmp_path)

    assert found == service_record.ServiceRecord("http://127.0.0.1:8000", "2026-01-05T12:00:00+00:00")
    assert service_record.read(tmp_path) is None


def test_an_error_leaves_the_note(tmp_path: Path) -> None:
    """So that whoever observes the service knows that it is missed."""
    with pytest.raises(OSError), service_record.kept(tmp_path, "http://127.0.0.1:8000", at=AT):
        raise OSError

    assert service_record.read(tmp_path) is not None


def test_what_is_no_note_says_nothing(tmp_path: Path) -> None:
    """Damaged, or of another version."""
    (tmp_path / "running.json").write_text("{")

    assert service_record.read(tmp_path) is None


def test_a_home_that_cannot_be_written_is_served_without_a_note(tmp_path: Path) -> None:
    """Nothing is raised on the way in or out."""
    (tmp_path / "home").write_text("no folder")

    with service_record.kept(tmp_path / "home" / "serving", "http://127.0.0.1:8000", at=datetime.now(UTC)):
        assert service_record.read(tmp_path / "home" / "serving") is None
