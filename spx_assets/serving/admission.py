"""Who may come in: named host, token, rate. Each refusal is a Problem, decided from headers and address alone."""

from __future__ import annotations

import hmac
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from spx_assets.serving.problems import Problem
from spx_assets.settings_services import EVERY_ADDRESS, LOOPBACK_NAMES

# Probes of a platform carry no token, those over HTTP/1.0 no Host, and learn whether to wait.
PROBES = frozenset({"/v2/health/live", "/v2/health/ready", "/ping", "/health"})
# The page holds nothing but its own script, and `/` leads to it.
OPEN_PATHS = PROBES | {"/docs", "/"}
MOST_CLIENTS = 10_000
MOST_REMEMBERED = 256


@dataclass(frozen=True)
class Rules:
    """What the settings say: names a request may give as host, the token, requests per second and client."""

    listens_on: str
    hosts: Sequence[str] = ()
    token: bytes | None = None
    rate: float | None = None


class Admission:
    """The rules with what is remembered between requests."""

    def __init__(self, rules: Rules, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._names = {name.lower().rstrip(".") for name in (*LOOPBACK_NAMES, rules.listens_on, *rules.hosts)}
        self._any_address = rules.listens_on in EVERY_ADDRESS
        self._token = rules.token
        self._rate = rules.rate
        self._clock = clock
        self._admitted: set[bytes] = set()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._is_plain = rules.token is None and rules.rate is None

    def check(self, path: str, headers: Mapping[bytes, bytes], client: str) -> None:
        """Return when the request may come in; Problem 421, 401 or 429 otherwise."""
        host = headers.get(b"host", b"")
        if host not in self._admitted and (host or path not in PROBES):
            self._check_host(host)
        if self._is_plain:
            return
        if self._token is not None and path not in OPEN_PATHS:
            self._check_token(headers.get(b"authorization", b""))
        if self._rate is not None:
            self._check_rate(client, self._rate)

    def _check_host(self, host: bytes) -> None:
        name = _name_of(host.decode("latin-1"))
        if name not in self._names and not (self._any_address and _is_address(name)):
            raise Problem(
                421, "This service does not answer for that host name.", way_out="SPX_API_ALLOWED_HOSTS names others."
            )
        if len(self._admitted) < MOST_REMEMBERED:
            self._admitted.add(host)

    def _check_token(self, authorization: bytes) -> None:
        scheme, _, given = authorization.partition(b" ")
        # Compared even when the scheme is wrong: the time taken tells nothing.
        same = hmac.compare_digest(given.strip(), self._token or b"")
        if scheme.lower() != b"bearer" or not given.strip() or not same:
            raise Problem(
                401,
                "A token is needed.",
                way_out="Send it as `Authorization: Bearer TOKEN`.",
                headers={"www-authenticate": "Bearer"},
            )

    def _check_rate(self, client: str, rate: float) -> None:
        """A bucket per client that holds one second's requests, at least one, and fills at the rate."""
        now, most = self._clock(), max(rate, 1.0)
        left, at = self._buckets.pop(client, (most, now))
        left = min(most, left + (now - at) * rate)
        allowed = left >= 1
        self._buckets[client] = (left - allowed, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, round((1 - left) / rate))
            raise Problem(429, f"More than {rate:g} requests per second.", headers={"retry-after": str(wait)})


def _name_of(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
