"""The door for bytes from the web: one source's requests, under one deadline.

What lives here: requests, repetitions, redirects, conditional requests. What does not: reading a body
(`fetch_body`), the socket's clock (`fetch_deadline`), what the bytes mean. Nothing is followed, repeated or
waited for longer than `Access` allows, and every failure is a FetchFailed or NotFound that shows no key.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlencode, urljoin, urlsplit

import httpcore
import pandas as pd

from spx_assets.errors import FetchFailed, NotFound, UsageError
from spx_assets.market.access import Access, Validators
from spx_assets.market.fetch_body import Kind, body, refuse_other_content
from spx_assets.market.fetch_deadline import BoundedBackend, Deadline
from spx_assets.plain_text import without_secrets

MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
# Yahoo and FRED turn away clients that name a programming library.
_AGENT = "Mozilla/5.0 (compatible; spx-assets)"
_HEADERS = {"User-Agent": _AGENT, "Accept": "*/*", "Accept-Encoding": "gzip"}
_ERROR_BYTES = 4_096


@dataclass(frozen=True)
class Request:
    """What is asked for: `uri` is how messages and observations call it, without key or window of dates.

    `query` is a query that a user wrote, sent as it is: it may hold a signature, so it is kept and shown nowhere.
    """

    uri: str
    kind: Kind
    window: Mapping[str, str] | None = None
    secret: Mapping[str, str] | None = None
    query: str = ""

    @classmethod
    def of(cls, address: str, kind: Kind) -> Self:
        """The request for an address that a user wrote."""
        uri = without_secrets(address)
        query = address.partition("#")[0].partition("?")[2] if "?" not in uri else ""
        return cls(uri, kind, query=query)

    @property
    def has_secret(self) -> bool:
        """Whether more is sent than `url` shows."""
        return bool(self.secret or self.query)

    @property
    def url(self) -> str:
        """The URL without the key: under it the validators of the answer are remembered."""
        return _with(self.uri, self.window)

    @property
    def sent(self) -> str:
        """The URL as it is sent."""
        url = _with(self.url, self.secret)
        return f"{url}{'&' if '?' in url else '?'}{self.query}" if self.query else url


@dataclass(frozen=True)
class Download:
    """The bytes of an answer, and the validators that came with it."""

    data: bytes
    validators: Validators


class _PassingFailure(Exception):
    """A failure that a repetition may overcome, and how long the server asks to wait for it."""

    def __init__(self, evidence: str, wait_s: float = 0.0) -> None:
        super().__init__(evidence)
        self.evidence = evidence
        self.wait_s = wait_s


class Web:
    """A source's requests: at most `access.deadline_s` from the first to the last byte of the last one."""

    def __init__(
        self,
        access: Access,
        *,
        now: pd.Timestamp,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.access = access
        self._now = now
        self._sleep = sleep
        self._deadline = Deadline(access.deadline_s, monotonic)
        self._pools: dict[str, httpcore.ConnectionPool] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in self._pools.values():
            pool.close()

    def get(self, request: Request) -> Download | None:
        """The answer, or None where the server says that it has not changed since its validators were noted."""
        if not _is_address(request.sent):
            raise UsageError(
                f"{without_secrets(request.uri)} is not an http or https address",
                way_out="Check the address; it names no user or password, and is plain ASCII.",
            )
        failures: list[str] = []
        for attempt in range(1, self.access.retries + 2):
            try:
                return self._follow(request)
            except _PassingFailure as failed:
                failures.append(failed.evidence)
                if attempt <= self.access.retries:
                    self._wait(request, max(failed.wait_s, self.access.backoff_s * attempt), failures)
            except httpcore.TimeoutException as late:
                raise self._too_late(request, failures) from late
        raise FetchFailed(
            f"{request.uri} did not answer in {len(failures)} attempts",
            evidence="; ".join(dict.fromkeys(failures)),
            way_out="Try again later; what was fetched before stays.",
        )

    def _wait(self, request: Request, seconds: float, failures: list[str]) -> None:
        if seconds >= self._deadline.left():
            raise FetchFailed(
                f"{request.uri} did not answer in time",
                evidence=f"{failures[-1]}; the next attempt would wait {seconds:.0f} s, and "
                f"{max(self._deadline.left(), 0):.0f} s are left",
                way_out="Try again later, or raise SPX_FETCH_DEADLINE.",
            )
        self._sleep(seconds)

    def _too_late(self, request: Request, failures: list[str]) -> FetchFailed:
        return FetchFailed(
            f"{request.uri} did not answer within {self.access.deadline_s:g} s",
            evidence="; ".join(dict.fromkeys(failures)),
            way_out="Try again later, or raise SPX_FETCH_DEADLINE.",
        )

    def _follow(self, request: Request) -> Download | None:
        """One attempt: the request and up to three redirects."""
        url = request.sent
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._send(request, url)
            if not isinstance(answer, str):
                return answer
            url = self._target(request, url, answer)
        raise FetchFailed(
            f"{request.uri} redirects more than {MAX_REDIRECTS} times", way_out="Name the address it leads to."
        )

    def _send(self, request: Request, url: str) -> Download | str | None:
        """The answer to one URL, or the address it redirects to."""
        known = self.access.known.validators.get(request.url) if not request.has_secret else None
        headers = {**_HEADERS, **_conditions(known)}
        try:
            with self._pool(url).stream("GET", url, headers=list(headers.items())) as response:
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                if response.status in _REDIRECTS and found.get("location"):
                    return found["location"]
                if response.status == 304 and known is not None:
                    return None
                if response.status != 200:
                    raise self._refused(request, response, found)
                data = body(response, found, request.uri, self.access, self._deadline)
        except httpcore.TimeoutException:
            raise
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as broken:
            raise _PassingFailure(f"{type(broken).__name__}: {str(broken)[:120]}".rstrip(": ")) from broken
        refuse_other_content(data, found.get("content-type", ""), request.kind, request.uri)
        return Download(data, (found.get("etag", ""), found.get("last-modified", "")))

    def _pool(self, url: str) -> httpcore.ConnectionPool:
        """The connections for a URL: straight, or through the proxy that the environment names for it."""
        host = urlsplit(url).hostname or ""
        proxy = None if _is_loopback(host) else self.access.proxy_of(url)
        if (proxy or "") not in self._pools:
            backend = BoundedBackend(self._deadline)
            self._pools[proxy or ""] = (
                httpcore.ConnectionPool(network_backend=backend) if proxy is None else _through(proxy, backend)
            )
        return self._pools[proxy or ""]

    def _refused(self, request: Request, response: httpcore.Response, found: Mapping[str, str]) -> Exception:
        status = f"HTTP {response.status}"
        if response.status in _PASSING:
            return _PassingFailure(status, _seconds_to_wait(found, self._now))
        said = _api_message(response)
        if response.status in {404, 410} or "does not exist" in said:
            return NotFound(f"{request.uri} is not there", evidence=f"{status} {said}".strip())
        return FetchFailed(
            f"{request.uri} was refused", evidence=f"{status} {said}".strip(), way_out="Check the address and the key."
        )

    def _target(self, request: Request, url: str, location: str) -> str:
        """Where a redirect leads, if it may be followed."""
        target = _joined(url, location)
        if not _is_address(target):
            raise FetchFailed(f"{request.uri} redirects to no http or https address", way_out="Check the address.")
        asked, led = urlsplit(request.uri), urlsplit(target)
        host = led.hostname or ""
        if _is_loopback(host):
            allowed = self.access.allow_loopback
        else:
            allowed = led.scheme == "https" and host in {asked.hostname, *self.access.allowed_hosts}
        if not allowed:
            raise FetchFailed(
                f"{request.uri} redirects to where it may not lead",
                evidence=f"{led.scheme}://{host}"[:120],
                way_out="Name that address as the source, or add its host to SPX_ALLOWED_HOSTS.",
            )
        return target


def _through(proxy: str, backend: BoundedBackend) -> httpcore.HTTPProxy:
    """Connections through an HTTP proxy; UsageError, without its password, for an address that is none."""
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        address = f"{parts.scheme}://{parts.hostname or ''}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        sound = False
    if not sound:
        raise UsageError(
            f"The proxy {without_secrets(proxy)} cannot be used",
            evidence="https_proxy or http_proxy names it",
            way_out="Give http://HOST:PORT, or name the hosts to reach without it in no_proxy.",
        )
    user, password = unquote(parts.username or "").encode(), unquote(parts.password or "").encode()
    authorization = (user, password) if user else None
    return httpcore.HTTPProxy(address, proxy_auth=authorization, network_backend=backend)


def _is_address(url: str) -> bool:
    """Whether this is a whole http(s) URL that names a host, and no user."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and parts.port != 0 and parts.username is None
    except ValueError:
        return False
    return sound and bool(parts.hostname) and url.isascii() and url.isprintable() and " " not in url


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def _with(url: str, parameters: Mapping[str, str] | None) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}" if parameters else url


def _conditions(known: Validators | None) -> dict[str, str]:
    etag, last_modified = known or ("", "")
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in conditions.items() if value and value.isascii() and value.isprintable()}


def _seconds_to_wait(found: Mapping[str, str], now: pd.Timestamp) -> float:
    """What Retry-After asks for, in seconds or as a date; 0 where it says nothing sensible."""
    asked = found.get("retry-after", "").strip()
    if asked.isdecimal() and asked.isascii():
        return float(asked[:9])
    try:
        until = parsedate_to_datetime(asked)
        since = parsedate_to_datetime(found["date"]) if "date" in found else now.to_pydatetime()
        return max((until - since).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return 0.0


def _api_message(response: httpcore.Response) -> str:
    """What FRED's API says of a refused request; nothing where it is something else."""
    data = b""
    for chunk in response.iter_stream():
        data += chunk[: _ERROR_BYTES - len(data)]
        if len(data) >= _ERROR_BYTES:
            break
    try:
        said = json.loads(data)["error_message"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return said[:200] if isinstance(said, str) and said.isprintable() else ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost" or host.casefold().endswith(".localhost")
