"""What hot routes are given and give back."""

from __future__ import annotations

from spx_assets.serving.reply import JSON, Reply


def test_an_answer_is_json_unless_it_says_otherwise() -> None:
    """The default media type of every dialect."""
    assert Reply(200, b"{}").headers == JSON == ((b"content-type", b"application/json"),)
