"""JSON without surprises."""

from __future__ import annotations

import msgspec
import pytest

from spx_assets.serving.problems import Problem
from spx_assets.serving.strict_json import decoded, keys_of, refuse_duplicate_keys


class Row(msgspec.Struct, forbid_unknown_fields=True):
    """What is expected."""

    a: float
    b: float


DECODER = msgspec.json.Decoder(Row)


@pytest.mark.parametrize(
    ("body", "detail", "field"),
    [
        (b'{"a":NaN,"b":1}', "JSON has no NaN and no Infinity.", "$ (byte 5)"),
        (b'{"a":-Infinity,"b":1}', "JSON has no NaN and no Infinity.", "$ (byte 6)"),
        (b'{"a":1,"b":2}x', "JSON is malformed: trailing characters.", "$ (byte 14)"),
        (b'{"a":1', "Input data was truncated.", "$ (byte 6)"),
        (b'{"\xff":1}', "The text is not in UTF-8.", "$"),
    ],
)
def test_what_is_no_json_is_refused_by_its_place(body: bytes, detail: str, field: str) -> None:
    """Which byte it is that cannot stand there."""
    with pytest.raises(Problem) as refused:
        decoded(DECODER, body)

    assert (400, detail, field) == (refused.value.status, refused.value.detail, refused.value.field)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"a":NaN,"b":1}', 400),
        (b'{"a":1e999,"b":1}', 422),
        (b'{"a":true,"b":1}', 422),
        (b'{"a":"1","b":1}', 422),
        (b'{"a":1}', 422),
        (b'{"a":1,"b":2,"secret name":3}', 422),
        (b"[" * 100_000, 422),
        (b'{"a":' + b"[" * 100_000, 422),
        (b"\xff\xfe", 400),
        (b"", 400),
    ],
)
def test_what_is_not_expected_is_refused_without_repeating_it(body: bytes, status: int) -> None:
    """Numbers that are none, other types, missing and unknown fields, no JSON at all."""
    with pytest.raises(Problem) as refused:
        decoded(DECODER, body)

    assert status == refused.value.status
    assert "secret" not in refused.value.detail


def test_the_place_is_named() -> None:
    """As a path into the document."""
    with pytest.raises(Problem) as refused:
        decoded(DECODER, b'{"a":1,"b":"x"}')

    assert refused.value.field == "$.b"


@pytest.mark.parametrize("body", [b'{"a":1,"a":2}', b'{"x":{"k":1,"k":1}}', b'{"a":1,"\\u0061":2}'])
def test_a_key_given_twice_is_refused(body: bytes) -> None:
    """At any depth, and in any spelling."""
    value = msgspec.json.decode(body)

    with pytest.raises(Problem, match="twice"):
        refuse_duplicate_keys(body, keys_of(value))


@pytest.mark.parametrize("body", [b'{"a":1,"b":[{"c":"d:e"},{"c":"x"}],"f:g":null}', b'{"\\u003a":1}', b"[1,2]"])
def test_keys_given_once_pass(body: bytes) -> None:
    """Colons in strings and names are no keys."""
    refuse_duplicate_keys(body, keys_of(msgspec.json.decode(body)))


def test_an_unknown_field_is_named_when_its_name_is_plain() -> None:
    """A name of another kind may be data, and is only counted."""
    with pytest.raises(Problem, match="unknown field: lvel"):
        decoded(DECODER, b'{"a":1,"b":2,"lvel":3}')
    with pytest.raises(Problem, match="unknown field: 1 that is no plain name"):
        decoded(DECODER, b'{"a":1,"b":2,"<b>":3}')


def test_a_byte_order_mark_is_no_part_of_the_json() -> None:
    """Editors on Windows write one; keys given twice are found behind it."""
    plain = b'{"a":1,"b":2}'
    assert decoded(DECODER, b"\xef\xbb\xbf" + plain) == decoded(DECODER, plain)
    with pytest.raises(Problem, match="twice"):
        refuse_duplicate_keys(b'\xef\xbb\xbf{"a":1,"a":2}', 1)
