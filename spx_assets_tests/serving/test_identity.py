"""Ids of requests."""

from __future__ import annotations

import pytest

from spx_assets.serving.identity import Identities

TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_an_id_that_was_given_is_kept() -> None:
    """When it is plain text of reasonable length."""
    assert Identities().of({b"x-request-id": b"order-7/1"}).request_id == b"order-7/1"


@pytest.mark.parametrize("given", [b"", b"a b", b"x" * 129, b"a\tb", "é".encode()])
def test_any_other_gets_one_of_ours(given: bytes) -> None:
    """And so does a request without; no two are the same."""
    identities = Identities()

    made = {identities.of({b"x-request-id": given}).request_id, identities.of({}).request_id}

    assert len(made) == 2
    assert given not in made


def test_a_trace_goes_on_under_a_span_of_ours() -> None:
    """Same trace and flags, another parent."""
    identity = Identities().of({b"traceparent": TRACE})

    version, trace, span, flags = (identity.traceparent or b"").split(b"-")
    assert (version, trace, flags) == (b"00", TRACE[3:35], b"01")
    assert span != TRACE[36:52]
    assert dict(identity.headers())[b"traceparent"] == identity.traceparent


@pytest.mark.parametrize("given", [b"", b"00-" + b"0" * 32 + TRACE[35:], b"01" + TRACE[2:], TRACE + b"-x"])
def test_a_trace_that_is_none_is_left_out(given: bytes) -> None:
    """As the recommendation says."""
    assert Identities().of({b"traceparent": given}).traceparent is None
