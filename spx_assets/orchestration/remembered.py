"""What was learned while fetching and belongs to no version: entity tags and dates of the sources' last answers.

They hold for one choice of sources and one version of `raw_market`; when either is another, they are forgotten
and everything is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from spx_assets.landing import notes
from spx_assets.plain_text import sources_without_secrets
from spx_assets.settings import Settings

FILE = "fetched.json"
Validators = Mapping[str, tuple[str, str]]


def validators(settings: Settings, version: str | None) -> dict[str, tuple[str, str]]:
    """URL → (ETag, Last-Modified) of the answers that `version` was made from."""
    note = notes.read(_place(settings))
    if version is None or (note.get("source"), note.get("version")) != (
        sources_without_secrets(settings.source),
        version,
    ):
        return {}
    return {url: (str(etag), str(modified)) for url, (etag, modified) in note["validators"].items()}


def remember(settings: Settings, before: str | None, now: str | None, answers: Validators) -> None:
    """Keep what came with version `now`; a URL that said nothing new keeps what it had with version `before`."""
    kept = {**validators(settings, before), **answers}
    if kept or _place(settings).exists():
        source = sources_without_secrets(settings.source)
        notes.write(_place(settings), {"source": source, "version": now, "validators": dict(sorted(kept.items()))})


def _place(settings: Settings) -> Path:
    return settings.root / FILE
