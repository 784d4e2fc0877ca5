"""Who may come in."""

from __future__ import annotations

import pytest

from spx_assets.serving.admission import Admission, Rules
from spx_assets.serving.problems import Problem


def refused(admission: Admission, path: str = "/v1/model", client: str = "", **headers: str) -> int:
    """The status of the refusal, 0 when the request may come in."""
    given = {name.encode(): value.encode() for name, value in {"host": "127.0.0.1", **headers}.items()}
    try:
        admission.check(path, given, client)
    except Problem as problem:
        return problem.status
    return 0


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000", "forecast.example"])
def test_hosts_of_the_list_come_in(host: str) -> None:
    """With any port, in any case."""
    admission = Admission(Rules("127.0.0.1", hosts=("forecast.example",)))

    assert [0, 0] == [refused(admission, host=host), refused(admission, host=host)]


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1.evil.example", "10.0.0.7", "localhost@evil.example"])
def test_other_hosts_do_not(host: str) -> None:
    """A page that rebinds its name to loopback among them."""
    assert refused(Admission(Rules("127.0.0.1")), host=host) == 421


def test_where_every_address_is_listened_on_every_address_may_be_named() -> None:
    """A rebound name still may not: it is no address."""
    admission = Admission(Rules("0.0.0.0"))  # noqa: S104  # nothing is bound

    assert refused(admission, host="10.0.0.7:8000") == 0
    assert refused(admission, host="evil.example") == 421


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic secret", "secret"])
def test_without_the_token_nothing_but_probes_is_answered(given: str) -> None:
    """401, and the way to send it."""
    admission = Admission(Rules("127.0.0.1", token=b"secret"))

    assert refused(admission, authorization=given) == 401
    assert refused(admission, "/v2/health/live", authorization=given) == 0
    assert refused(admission, authorization="bearer secret") == 0


def test_a_client_beyond_its_rate_is_told_when_to_come_back() -> None:
    """Others are not touched, and a second later it may again."""
    now = [0.0]
    admission = Admission(Rules("127.0.0.1", rate=2), clock=lambda: now[0])

    assert [refused(admission, client="a") for _ in range(3)] == [0, 0, 429]
    assert refused(admission, client="b") == 0
    now[0] = 1.0
    assert [refused(admission, client="a") for _ in range(3)] == [0, 0, 429]
    with pytest.raises(Problem) as problem:
        admission.check("/", {b"host": b"localhost"}, "a")
    assert problem.value.headers["retry-after"] == "1"


@pytest.mark.parametrize("given", ["Bearer ", "Bearer", "bearer  "])
def test_an_empty_token_never_opens(given: str) -> None:
    """Not even where rules were made with one by mistake."""
    assert refused(Admission(Rules("127.0.0.1", token=b"")), authorization=given) == 401
