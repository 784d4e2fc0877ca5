"""What a body says it is: JSON or CSV in UTF-8, or it is refused."""

from __future__ import annotations

from email.message import Message

from spx_assets.serving.problems import Problem

JSON_TYPE, CSV_TYPE = "application/json", "text/csv"
_PLAIN_JSON = frozenset({b"", b"application/json", b"application/json; charset=utf-8"})


def require_json(content_type: bytes) -> None:
    """Problem 415 unless the type is JSON, or none was given."""
    if content_type not in _PLAIN_JSON:
        media_type(content_type, (JSON_TYPE,))


def media_type(content_type: bytes, accepted: tuple[str, ...]) -> str:
    """The type without its parameters; Problem 415 when it is none of `accepted`, or in another encoding than UTF-8."""
    header = Message()
    header["content-type"] = content_type.decode("latin-1")
    charset = header.get_content_charset("utf-8")
    if header.get_content_type() not in accepted or charset not in {"utf-8", "utf8", "us-ascii"}:
        raise Problem(
            415,
            "The body is of a type that is not read here.",
            field="content-type",
            way_out=f"Send {' or '.join(accepted)} in UTF-8.",
        )
    return header.get_content_type()
