"""How the network may be used, and what is already held: plain values that a caller fills in.

Nothing here is read from an environment or a store. `Access` says where and within which limits; `Known`
says what need not be asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from spx_assets.market.agreement import Held

# The entity tag and the Last-Modified date that came with a URL's last accepted answer; either may be empty.
Validators = tuple[str, str]


@dataclass(frozen=True)
class Known:
    """What is already held: validators per URL, and per source URI the newest date and instant of each series.

    `held` has the values, against which files and answers are judged. A source that gave a series before is asked
    for what is newer only; one that never did is asked for all.
    """

    validators: Mapping[str, Validators] = field(default_factory=dict)
    newest: Mapping[str, Mapping[str, pd.Timestamp]] = field(default_factory=dict)
    newest_known_at: Mapping[str, Mapping[str, pd.Timestamp]] = field(default_factory=dict)
    held: Held = field(default_factory=Held)


def _straight(_url: str) -> str | None:
    return None


@dataclass(frozen=True)
class Access:
    """Where the sources are, how long and how much they may send, and what is already held.

    A source's requests, redirects and retries together take at most `deadline_s`; a body may unpack to
    `max_bytes` and must keep up `minimum_rate` bytes per second once it has had five seconds. Redirects
    lead over https to the host asked or to `allowed_hosts`; to this machine only with `allow_loopback`.
    `proxy_of` names the proxy for a URL, or None; this machine is always reached without one.
    """

    fred_url: str = "https://fred.stlouisfed.org"
    fred_api_url: str = "https://api.stlouisfed.org"
    cboe_url: str = "https://cdn.cboe.com"
    yahoo_url: str = "https://query1.finance.yahoo.com"
    stooq_url: str = "https://stooq.com"
    fred_api_key: str | None = field(default=None, repr=False)
    stooq_api_key: str | None = field(default=None, repr=False)
    deadline_s: float = 300.0
    max_bytes: int = 32 * 2**20
    minimum_rate: float = 200.0
    retries: int = 3
    backoff_s: float = 2.0
    allowed_hosts: tuple[str, ...] = ()
    allow_loopback: bool = False
    known: Known = field(default_factory=Known)
    proxy_of: Callable[[str], str | None] = _straight


def known_from(observations: pd.DataFrame, validators: Mapping[str, Validators] | None = None) -> Known:
    """What these observations, and the validators remembered with them, make it unnecessary to ask again."""
    return Known(
        dict(validators or {}), _newest(observations, "date"), _newest(observations, "known_at"), Held(observations)
    )


def _newest(observations: pd.DataFrame, column: str) -> dict[str, dict[str, pd.Timestamp]]:
    newest: dict[str, dict[str, pd.Timestamp]] = {}
    grouped = observations.groupby(["source", "series"], sort=True)[column].max()
    for (source, series), last in zip(grouped.index, grouped, strict=True):
        newest.setdefault(source, {})[series] = last
    return newest
