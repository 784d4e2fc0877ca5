"""What is said to a person who is not looking, and the outbox that it waits in until a webhook has taken it.

A message has the three parts of an error and the asset it is about; its JSON is what Slack, Mattermost and their like
show. It is said once by its key, also when the receiver was away for a while or the services were killed in between.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from spx_assets.landing import notes
from spx_assets.settings_services import is_loopback

TIMEOUT_S = 10.0
SENT_ARE_KEPT = 500
SHOWN_CHARACTERS = 1_500


@dataclass(frozen=True)
class Message:
    """What happened to which asset, the evidence, what to do; `key` tells it from every other."""

    key: str
    asset: str
    what: str
    evidence: str
    way_out: str
    link: str

    def as_json(self) -> dict[str, Any]:
        """The message for an incoming webhook of Slack's format."""
        parts = {
            "asset": self.asset,
            "what happened": self.what,
            "evidence": self.evidence,
            "way out": self.way_out,
            "where": self.link,
        }
        fields = [{"title": title, "value": _shown(value), "short": title == "asset"} for title, value in parts.items()]
        text = _shown(f"{self.asset}: {self.what}. {self.way_out}")
        return {"text": text, "attachments": [{"color": "danger", "fallback": text, "fields": fields}]}


def key_of(*parts: str) -> str:
    """The key of a message that is the same when these are."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


class Outbox:
    """Messages that wait in a folder, and the keys of those that were taken."""

    def __init__(self, folder: Path) -> None:
        self._waiting = folder / "waiting"
        self._sent = folder / "sent"

    def put(self, message: Message) -> bool:
        """Let the message wait, unless its key was said before; whether it does."""
        if self._note(self._sent, message.key).exists():
            return False
        self._waiting.mkdir(parents=True, exist_ok=True)
        notes.write(self._note(self._waiting, message.key), message.as_json())
        return True

    def deliver(self, url: str) -> str:
        """Post what waits, the oldest first, until the receiver refuses one; why it did, or nothing."""
        import httpx  # noqa: PLC0415  # a run in this process posts nothing, and need not pay for it

        waiting = sorted(self._waiting.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        self._sent.mkdir(parents=True, exist_ok=True)
        asks_proxy = not is_loopback(urlsplit(url).hostname or "")
        for note in waiting:
            try:
                httpx.post(url, json=notes.read(note), timeout=TIMEOUT_S, trust_env=asks_proxy).raise_for_status()
            except (httpx.HTTPError, httpx.InvalidURL) as refused:
                # The address of a webhook is its secret; httpx puts it into what it says.
                return f"the webhook did not take it: {type(refused).__name__}"
            note.replace(self._sent / note.name)
        self._forget()
        return ""

    def _forget(self) -> None:
        taken = sorted(self._sent.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        for note in taken[:-SENT_ARE_KEPT]:
            note.unlink()

    @staticmethod
    def _note(folder: Path, key: str) -> Path:
        return folder / f"{key}.json"


def _shown(text: str) -> str:
    """Short enough to be read, and without the three characters that Slack takes for markup."""
    short = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
