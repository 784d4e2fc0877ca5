"""What a client may keep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from spx_assets.serving import conditional

MODIFIED = datetime(2026, 1, 2, 3, 4, 5, 999, tzinfo=UTC)
AT = format_datetime(MODIFIED.replace(microsecond=0), usegmt=True)
BEFORE = format_datetime(MODIFIED - timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 200),
        ({"if-none-match": '"v1"'}, 304),
        ({"if-none-match": 'W/"v1"'}, 304),
        ({"if-none-match": '"v0", "v1"'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"v0"'}, 200),
        ({"if-none-match": '"v0"', "if-modified-since": AT}, 200),
        ({"if-modified-since": AT}, 304),
        ({"if-modified-since": BEFORE}, 200),
        ({"if-modified-since": "yesterday"}, 200),
    ],
)
def test_what_did_not_change_is_not_sent_again(given: dict[str, str], status: int) -> None:
    """The tag decides; the time only where no tag is given."""
    response = conditional.answer(given, {"a": 1}, etag="v1", modified=MODIFIED)

    assert status == response.status_code
    assert (response.headers["etag"], response.headers["last-modified"]) == ('"v1"', AT)
    assert response.body == (b'{"a": 1}' if status == 200 else b"")
