"""What bodies say they are."""

from __future__ import annotations

import pytest

from spx_assets.serving.media_types import media_type, require_json
from spx_assets.serving.problems import Problem


@pytest.mark.parametrize("given", [b"", b"application/json", b"Application/JSON; charset=UTF-8"])
def test_json_in_utf_8_is_taken(given: bytes) -> None:
    """And a body that says nothing."""
    require_json(given)


@pytest.mark.parametrize("given", [b"text/plain", b"application/json; charset=latin-1", b"application/xml", b"\xff"])
def test_other_types_and_encodings_are_refused(given: bytes) -> None:
    """415, and what to send."""
    with pytest.raises(Problem) as refused:
        require_json(given)

    assert (415, "content-type") == (refused.value.status, refused.value.field)


def test_the_type_is_told_without_its_parameters() -> None:
    """CSV among them."""
    assert media_type(b"text/csv; charset=utf-8; header=present", ("application/json", "text/csv")) == "text/csv"
