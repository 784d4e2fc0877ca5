"""JSON answers: sound objects only."""

from __future__ import annotations

import pytest

from spx_assets.errors import SourceRefused
from spx_assets.market.json_document import document, member
from spx_assets.market.refusal import Problems


def test_an_object_is_read() -> None:
    """A byte order mark is tolerated."""
    assert document(b'\xef\xbb\xbf{"a": [1, null, 2.5]}', Problems("u")) == {"a": [1, None, 2.5]}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[1]",
        b"7",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": 1',
        b'{"a": "\xff"}',
        b'{"a":' + b"[" * 100_000,
    ],
)
def test_what_is_not_certainly_an_object_is_refused(data: bytes) -> None:
    """Cut, of another kind, with a key twice, with numbers that are none, of bottomless depth."""
    with pytest.raises(SourceRefused, match=r"^u is not "):
        document(data, Problems("u"))


def test_a_member_is_found_by_its_path() -> None:
    """Through objects and lists."""
    assert member({"a": [{"b": 7}]}, "a.0.b", int, Problems("u")) == 7


@pytest.mark.parametrize(("path", "value"), [("a.1", {"a": [1]}), ("a.b", {"a": 1}), ("b", {"a": 1})])
def test_a_missing_member_is_refused_with_its_path(path: str, value: object) -> None:
    """The path is the place."""
    with pytest.raises(SourceRefused, match=f"u at {path}: is missing"):
        member(value, path, int, Problems("u"))


@pytest.mark.parametrize("value", ["7", True, None, 7.5])
def test_a_member_of_another_kind_is_refused(value: object) -> None:
    """A truth value is no number."""
    with pytest.raises(SourceRefused, match="u at a: holds"):
        member({"a": value}, "a", int, Problems("u"))
