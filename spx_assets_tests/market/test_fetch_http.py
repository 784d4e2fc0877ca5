"""Requests against a hostile server over real sockets: each ends in time, in bounds, with an error of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from spx_assets.errors import FetchFailed, NotFound, UsageError
from spx_assets.market.access import Access, Known
from spx_assets.market.fetch_http import Request, Web
from spx_assets_tests.market import hostile
from spx_assets_tests.market.documents import NOW, REPOSITORY
from spx_assets_tests.market.hostile import Asked, Reply, ok, raw, redirect, serving

CSV = b"date,vix_close\n2024-01-02,13.2\n"
LONG = CSV * 400


def get(uri: str, access: Access, *, kind: str = "csv") -> bytes:
    """The bytes of one answer."""
    with Web(access, now=NOW) as web:
        answer = web.get(Request(uri, kind))  # type: ignore[arg-type]  # tests name kinds in words
    assert answer is not None
    return answer.data


CASES: dict[str, tuple[Reply, str]] = {
    "429 with Retry-After beyond the deadline": (raw(429, b"", "Retry-After: 3600"), "would wait 3600 s"),
    "429 for ever": (raw(429, b"", "Retry-After: 0"), "HTTP 429"),
    "500": (raw(500, b"oops"), "HTTP 500"),
    "503": (raw(503, b"<html>maintenance"), "HTTP 503"),
    "403": (raw(403, b"no"), "HTTP 403"),
    "hang before the first byte": (hostile.hang(), "within 1 s"),
    "hang within the body": (Reply((b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\ndate,",), hang_s=30), "within 1 s"),
    "header lines for ever": (hostile.drip_headers(), "within 1 s"),
    "a byte at a time": (hostile.drip(LONG), "within 1 s"),
    "body cut, Content-Length given": (raw(200, CSV, f"Content-Length: {len(CSV) + 9}"), "RemoteProtocolError"),
    "body cut, in chunks": (raw(200, b"1f\r\n" + CSV, "Transfer-Encoding: chunked"), "RemoteProtocolError"),
    "body cut, without Content-Length": (raw(200, CSV), "whose end nothing marks"),
    "compressed body cut": (hostile.packed(LONG, cut=9), "cut short"),
    "damaged compressed body": (
        raw(200, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff\xff", "Content-Encoding: gzip"),
        "damaged body",
    ),
    "HTML with status 200": (hostile.page(), "web page"),
    "HTML that says it is CSV": (ok(b"\n <html>slow down</html>"), "web page"),
    "an apology with status 200": (ok(b"Exceeded the daily hits limit"), "'Exceeded the daily hits limit'"),
    "nothing with status 200": (ok(b""), "with nothing"),
    "gzip bomb": (hostile.bomb(), "made to burst"),
    "more than the cap, declared": (raw(200, CSV, "Content-Length: 99999999999"), "declares"),
    "more than the cap, undeclared": (
        raw(200, b"".join(b"fffff\r\n" + b"x" * 0xFFFFF + b"\r\n" for _ in range(40)), "Transfer-Encoding: chunked"),
        "more than 33,554,432 bytes",
    ),
    "a coding nobody asked for": (raw(200, CSV, "Content-Encoding: br", "Content-Length: 30"), "'br'"),
    "redirect loop": (redirect("/again"), "redirects more than 3 times"),
    "redirect to a foreign host": (redirect("https://example.org/vix.csv"), "https://example.org"),
    "redirect to plain http": (redirect("http://example.org/vix.csv"), "http://example.org"),
    "redirect to a file": (redirect("file:///etc/passwd"), "no http or https address"),
    "redirect to nowhere": (redirect("http://[::1"), "no http or https address"),
    "redirect with a user": (redirect("https://user@example.org/"), "no http or https address"),
    "no HTTP at all": (Reply((b"SSH-2.0-OpenSSH_9.6\r\n",)), "RemoteProtocolError"),
    "connection closed at once": (Reply(()), "RemoteProtocolError"),
    "unchanged, though nobody asked": (raw(304, b""), "HTTP 304"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_answer_ends_in_time_with_an_error_of_its_own(case: str) -> None:
    """Deadline 1 s: every case ends within 2 s, as FetchFailed, with the address, the reason and a way out."""
    reply, words = CASES[case]
    with serving(reply) as server:
        began = time.monotonic()
        with pytest.raises(FetchFailed) as failed:
            get(f"{server.url}/vix.csv", server.access)
        assert time.monotonic() - began < 2.0
    assert words in str(failed.value)
    assert f"{server.url}/vix.csv" in str(failed.value)
    assert failed.value.way_out


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_every_hostile_answer_is_bounded_in_memory() -> None:
    """Each case in turn, in one fresh client: its memory never passes 200 MB, interpreter and pandas included."""
    script = """
import re, sys
from pathlib import Path
import pandas as pd
from spx_assets.errors import FetchFailed
from spx_assets.market.access import Access
from spx_assets.market.fetch_http import Request, Web
for uri in sys.argv[1:]:
    try:
        with Web(Access(deadline_s=3, retries=0, allow_loopback=True), now=pd.Timestamp(0, tz="UTC")) as web:
            web.get(Request(uri, "csv"))
    except FetchFailed:
        # ru_maxrss would count the parent's memory, which a child has until it starts its own program.
        print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""
    large = ["gzip bomb", "more than the cap, declared", "more than the cap, undeclared", "redirect loop"]
    with serving(
        lambda asked: CASES[large[int(asked.path[1:])]][0] if asked.path != "/again" else redirect("/3")
    ) as at:
        uris = [f"{at.url}/{place}" for place in range(len(large))]
        shown = subprocess.run(
            [sys.executable, "-c", script, *uris], capture_output=True, text=True, check=True, cwd=REPOSITORY
        )
    peaks = [int(line) for line in shown.stdout.split()]
    assert len(large) == len(peaks)
    assert max(peaks) < 200


def test_a_connection_refused_is_retried_and_said() -> None:
    """Nobody listens: three attempts more, then the reason."""
    with serving(ok(CSV)) as server:
        pass
    with pytest.raises(FetchFailed, match="in 4 attempts") as failed:
        get(f"{server.url}/vix.csv", replace(server.access, backoff_s=0.01))
    assert "ConnectError" in str(failed.value)


def test_an_unknown_host_is_said() -> None:
    """A name that resolves to nothing."""
    with pytest.raises(FetchFailed, match="was not found"):
        get("https://nowhere.invalid/vix.csv", Access(deadline_s=5, retries=0))


@pytest.mark.parametrize("uri", ["ftp://127.0.0.1/a.csv", "http:///a.csv", "http://127.0.0.1:99999/a", "http://a b/"])
def test_what_is_no_address_is_a_usage_error(uri: str) -> None:
    """Before anything is sent."""
    with pytest.raises(UsageError, match="not an http or https address"):
        get(uri, Access())


def test_what_is_not_there_is_not_found() -> None:
    """404 and 410 are not repeated."""
    with serving(raw(404, b"<html>", "Content-Length: 6")) as server, pytest.raises(NotFound, match="is not there"):
        get(f"{server.url}/vix.csv", server.access)
    assert len(server.asked) == 1


def in_turn(*replies: Reply) -> hostile.Rule:
    """The first reply to the first request, and so on; the last for all others."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def waits(replies: list[Reply], access: Access) -> list[float]:
    """How long the client waited between attempts, by its own count."""
    slept: list[float] = []
    web = Web(replace(access, deadline_s=60), now=NOW, sleep=slept.append)
    with serving(in_turn(*replies)) as server, web:
        assert web.get(Request(f"{server.url}/vix.csv", "csv")) is not None
    return slept


def test_the_wait_between_attempts_grows_by_the_same_step() -> None:
    """Linear: 2 s, 4 s, 6 s."""
    assert waits([raw(503, b"")] * 3 + [ok(CSV)], Access(backoff_s=2.0)) == [2.0, 4.0, 6.0]


def test_retry_after_is_honoured_in_seconds() -> None:
    """The server's wait where it is longer than ours, ours where it is longer."""
    replies = [raw(429, b"", "Retry-After: 7"), raw(429, b"", "Retry-After: 1"), ok(CSV)]
    assert waits(replies, Access(backoff_s=2.0)) == [7.0, 4.0]


def test_retry_after_is_honoured_as_a_date() -> None:
    """Measured from the answer's own date, whatever this machine's clock says."""
    dated = raw(503, b"", "Date: Tue, 02 Jan 2024 10:00:00 GMT", "Retry-After: Tue, 02 Jan 2024 10:00:09 GMT")
    assert waits([dated, ok(CSV)], Access(backoff_s=2.0)) == [9.0]


@pytest.mark.parametrize("said", ["soon", "-5", "1e9", "", "Tue, 99 Jan"])
def test_a_retry_after_without_sense_is_passed_over(said: str) -> None:
    """Our own wait stands."""
    assert waits([raw(503, b"", f"Retry-After: {said}"), ok(CSV)], Access(backoff_s=2.0)) == [2.0]


def test_a_passing_failure_is_overcome() -> None:
    """A cut body, then a busy server, then the data."""
    replies = [raw(200, CSV, "Content-Length: 999"), raw(503, b""), ok(CSV)]
    with serving(in_turn(*replies)) as server:
        assert get(f"{server.url}/vix.csv", server.access) == CSV


def test_three_redirects_are_followed() -> None:
    """The fourth would be one too many."""

    def rule(asked: Asked) -> Reply:
        left = int(asked.path.rsplit("/", 1)[1])
        return ok(CSV) if left == 0 else redirect(f"/hop/{left - 1}")

    with serving(rule) as server:
        assert get(f"{server.url}/hop/3", server.access) == CSV
        with pytest.raises(FetchFailed, match="more than 3"):
            get(f"{server.url}/hop/4", server.access)


def test_a_redirect_to_this_machine_needs_the_setting() -> None:
    """Or a source could make us ask our own services."""
    at_home = redirect("http://localhost:8000/v1/forecast")
    with serving(at_home) as server, pytest.raises(FetchFailed, match="may not lead") as failed:
        get(f"{server.url}/vix.csv", replace(server.access, allow_loopback=False))
    assert "http://localhost" in str(failed.value)


def test_a_compressed_body_is_unpacked() -> None:
    """Its own end is marked inside: it needs no Content-Length."""
    with serving(hostile.packed(LONG)) as server:
        assert get(f"{server.url}/vix.csv", server.access) == LONG
        assert server.asked[0].headers["accept-encoding"] == "gzip"


def test_a_slow_answer_is_given_up_before_the_deadline() -> None:
    """Five seconds of grace by the clock, then 200 bytes a second: a clock that runs fast shows it at once."""
    clock = iter(range(0, 10_000, 2))
    with serving(hostile.drip(LONG, pause_s=0.001)) as server:
        access = replace(server.access, deadline_s=500)
        web = Web(access, now=NOW, monotonic=lambda: float(next(clock)))
        with web, pytest.raises(FetchFailed, match="too slowly") as failed:
            web.get(Request(f"{server.url}/vix.csv", "csv"))
    assert "less than 200 a second" in str(failed.value)


def test_an_unchanged_answer_is_not_sent_again() -> None:
    """The validators of the last answer are sent with the next request, and 304 says that nothing is new."""

    def rule(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == '"v1"':
            return raw(304, b"")
        return ok(CSV, "text/csv", 'ETag: "v1"', "Last-Modified: Tue, 02 Jan 2024 10:00:00 GMT")

    with serving(rule) as server:
        request = Request(f"{server.url}/vix.csv", "csv")
        with Web(server.access, now=NOW) as web:
            first = web.get(request)
        assert first is not None
        assert first.validators == ('"v1"', "Tue, 02 Jan 2024 10:00:00 GMT")
        known = Known(validators={request.url: first.validators})
        with Web(replace(server.access, known=known), now=NOW) as web:
            assert web.get(request) is None
    assert server.asked[1].headers["if-modified-since"] == "Tue, 02 Jan 2024 10:00:00 GMT"


def test_a_key_is_sent_and_never_shown() -> None:
    """It is in the request, and neither in the remembered URL nor in any message."""
    with serving(raw(400, b'{"error_code":400,"error_message":"Bad Request. The value is wrong."}')) as server:
        request = Request(f"{server.url}/fred?id=GDP", "json", {"limit": "9"}, {"api_key": "s3cret"})
        with Web(server.access, now=NOW) as web, pytest.raises(FetchFailed) as failed:
            web.get(request)
    assert server.asked[0].query == {"id": "GDP", "limit": "9", "api_key": "s3cret"}
    assert request.url == f"{server.url}/fred?id=GDP&limit=9"
    assert "The value is wrong" in str(failed.value)
    assert "s3cret" not in str(failed.value)
    assert "s3cret" not in repr(Access(fred_api_key="s3cret"))


def test_one_deadline_holds_for_all_requests_of_a_source() -> None:
    """Three requests of 0.5 s in 1 s: the third is not answered in time."""
    slow = Reply((b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 30\r\n\r\n", CSV), pause_s=0.4)
    with serving(slow) as server, Web(server.access, now=NOW) as web:
        began = time.monotonic()
        for _ in range(2):
            web.get(Request(f"{server.url}/vix.csv", "csv"))
        with pytest.raises(FetchFailed, match="within 1 s"):
            web.get(Request(f"{server.url}/vix.csv", "csv"))
        assert time.monotonic() - began < 2.0


def test_now_stands_in_where_an_answer_has_no_date() -> None:
    """A Retry-After date without a Date header is measured from the caller's now."""
    until = (NOW + pd.Timedelta(seconds=11)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert waits([raw(503, b"", f"Retry-After: {until}"), ok(CSV)], Access(backoff_s=2.0)) == [11.0]


@pytest.mark.parametrize(
    ("location", "followed"),
    [
        ("https://cdn.example.org/vix.csv", True),  # the host that was asked
        ("/elsewhere/vix.csv", True),
        ("//cdn.example.org/vix.csv", True),
        ("https://files.example.com/vix.csv", True),  # allowed by setting
        ("https://cdn.example.org.evil.net/vix.csv", False),
        ("https://sub.files.example.com/vix.csv", False),
        ("http://cdn.example.org/vix.csv", False),  # no longer encrypted
        ("https://127.0.0.1/vix.csv", False),
        ("https://[::1]/vix.csv", False),
        ("http://localhost.:8000/vix.csv", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("gopher://cdn.example.org/", False),
        ("javascript:alert(1)", False),
    ],
)
def test_where_a_redirect_may_lead(location: str, *, followed: bool) -> None:
    """Over https, to the host that was asked or to one that is allowed by its whole name."""
    access = Access(allowed_hosts=("files.example.com",))
    uri = "https://cdn.example.org/data/vix.csv"
    with Web(access, now=NOW) as web:
        if followed:
            assert web._target(Request(uri, "csv"), uri, location).startswith("https://")
        else:
            with pytest.raises(FetchFailed, match="redirects to"):
                web._target(Request(uri, "csv"), uri, location)
