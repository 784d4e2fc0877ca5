"""Messages reach a real receiver once, also when it was away; their JSON is what Slack shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from spx_assets.orchestration.webhook import Message, Outbox, key_of
from spx_assets_tests.orchestration.receiver import receiver

MESSAGE = Message("k", "raw_market", "a.csv <line 3>", "'x' & 'y'", "Correct it.", "http://127.0.0.1:3000/runs/1")


def test_a_message_is_taken_once(tmp_path: Path) -> None:
    """The same key again is not said again, in this process or in a later one."""
    with receiver() as there:
        for _ in range(2):
            outbox = Outbox(tmp_path)
            outbox.put(MESSAGE)
            assert outbox.deliver(there.url) == ""

        assert len(there.taken) == 1


def test_slack_shows_what_was_meant(tmp_path: Path) -> None:
    """Text and fields, its three markup characters escaped, never too long."""
    with receiver() as there:
        outbox = Outbox(tmp_path)
        outbox.put(MESSAGE)
        outbox.put(replace(MESSAGE, key="long", evidence="x" * 10_000))
        outbox.deliver(there.url)

        assert there.taken[0]["text"] == "raw_market: a.csv &lt;line 3&gt;. Correct it."
        assert there.fields()[0] == {
            "asset": "raw_market",
            "what happened": "a.csv &lt;line 3&gt;",
            "evidence": "'x' &amp; 'y'",
            "way out": "Correct it.",
            "where": "http://127.0.0.1:3000/runs/1",
        }
        assert len(there.fields()[1]["evidence"]) == 1_500


def test_a_receiver_that_was_away_gets_it_later(tmp_path: Path) -> None:
    """Refused, gone, then there: what waited is said once, in order, and the address never shows in the reason."""
    outbox = Outbox(tmp_path)
    outbox.put(MESSAGE)
    outbox.put(replace(MESSAGE, key="second", asset="cleaned_data"))
    assert "HTTPStatusError" not in outbox.deliver("http://127.0.0.1:1/secret")
    with receiver() as there:
        there.status = 500
        assert outbox.deliver(there.url) == "the webhook did not take it: HTTPStatusError"
        there.status = 200
        assert outbox.deliver(there.url) == ""

        assert [found["asset"] for found in there.fields()] == ["raw_market", "cleaned_data"]


def test_a_receiver_on_this_machine_is_asked_without_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment that nobody answers for does not stand between."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    outbox = Outbox(tmp_path)
    outbox.put(MESSAGE)
    with receiver() as there:
        assert outbox.deliver(there.url) == ""

        assert len(there.taken) == 1


def test_keys_are_equal_for_equal_parts() -> None:
    """And only for these."""
    assert key_of("a", "b") == key_of("a", "b")
    assert key_of("a", "b") != key_of("ab")
