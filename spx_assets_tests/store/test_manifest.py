"""The record: one spelling, strict reading, and seals that notice everything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spx_assets.errors import ArtifactCorrupt
from spx_assets.store import FileDigest, Manifest, Payload, Provenance
from spx_assets.store.manifest import LIMIT_BYTES
from spx_assets.store.payload import version_of

RECORD = Manifest.of(
    "raw_market",
    Payload({"raw_market.parquet": b"rows", "f/a.png": b""}, rows=2, first_session=date(2014, 1, 2), schema="s1"),
    Provenance({"landing": "x"}, code_version="1", settings_digest="d"),
    created_at=datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
)
KEY = b"a secret of some length"


def resealed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """RECORD's bytes after `change`, canonical and with a fitting digest: what a careful forger would write."""
    fields = json.loads(RECORD.to_json())
    change(fields)
    del fields["digest"]
    fields["digest"] = hashlib.sha256(canonical(fields)).hexdigest()
    return canonical(fields)


def canonical(fields: dict[str, Any]) -> bytes:
    """The manifest's spelling of `fields`."""
    return (json.dumps(fields, sort_keys=True, indent=1) + "\n").encode()


PROVENANCES = st.builds(
    Provenance, st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3), st.text(), st.text()
)
PAYLOADS = st.builds(
    Payload,
    st.dictionaries(st.sampled_from(["a", "b/c", "d.csv"]), st.binary(max_size=9), min_size=1),
    st.none() | st.integers(0),
    st.none() | st.dates(),
    st.none() | st.dates(),
    st.none() | st.text(),
)


@given(PAYLOADS, PROVENANCES, st.datetimes(timezones=st.just(UTC)), st.booleans())
def test_any_manifest_comes_back_equal(payload: Payload, made_of: Provenance, when: datetime, sign: bool) -> None:
    """Writing and reading a manifest, signed or not, is the identity."""
    record = Manifest.of("prices", payload, made_of, created_at=when)
    record = record.signed(KEY) if sign else record
    assert Manifest.from_json(record.to_json()) == record


def test_the_record_is_readable_by_other_programs() -> None:
    """The bytes are ordinary JSON with the fields of the design."""
    fields = json.loads(RECORD.to_json())
    assert fields["asset"] == "raw_market"
    assert fields["version"] == RECORD.version
    assert fields["created_at"] == "2024-05-06T07:08:09.000000+00:00"
    assert fields["files"]["raw_market.parquet"] == {"bytes": 4, "sha256": hashlib.sha256(b"rows").hexdigest()}
    assert (fields["rows"], fields["first_session"], fields["last_session"]) == (2, "2014-01-02", None)
    assert (fields["inputs"], fields["code_version"], fields["settings_digest"]) == ({"landing": "x"}, "1", "d")


def test_the_time_of_creation_is_in_utc() -> None:
    """A clock that runs in another zone gives the same instant."""
    east = datetime(2024, 5, 6, 9, 8, 9, tzinfo=timezone(timedelta(hours=2)))
    assert Manifest.of("a", Payload({"a": b""}), Provenance(), created_at=east).created_at == RECORD.created_at


def test_every_flipped_bit_is_refused() -> None:
    """Whichever bit of a manifest flips, reading it fails: also in fields that nothing else depends on."""
    data = RECORD.to_json()
    for position in range(len(data)):
        for bit in range(8):
            damaged = bytearray(data)
            damaged[position] ^= 1 << bit
            with pytest.raises(ArtifactCorrupt):
                Manifest.from_json(bytes(damaged))


def test_every_cut_is_refused() -> None:
    """A manifest that ends early, at whichever byte, or goes on, is refused."""
    data = RECORD.to_json()
    for length in range(len(data)):
        with pytest.raises(ArtifactCorrupt):
            Manifest.from_json(data[:length])
    with pytest.raises(ArtifactCorrupt):
        Manifest.from_json(data + b"\n")


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(format=2),
        lambda m: m.update(format=True),
        lambda m: m.update(format="1"),
        lambda m: m.update(asset="../x"),
        lambda m: m.update(version="0" * 16),
        lambda m: m.update(version=7),
        lambda m: m.update(created_at="yesterday"),
        lambda m: m.update(created_at="2024-05-06"),
        lambda m: m.update(created_at="2024-05-06T07:08:09.000000+01:00"),
        lambda m: m.update(created_at="2024-13-06T07:08:09.000000+00:00"),
        lambda m: m.update(rows="2"),
        lambda m: m.update(rows=True),
        lambda m: m.update(rows=2.0),
        lambda m: m.update(rows=float("nan")),
        lambda m: m.update(first_session="20140102"),
        lambda m: m.update(first_session="x"),
        lambda m: m.update(schema=[]),
        lambda m: m.update(inputs={"a": 1}),
        lambda m: m.update(inputs=[]),
        lambda m: m.update(code_version=None),
        lambda m: m.update(signature="short"),
        lambda m: m.update(extra=1),
        lambda m: m.pop("rows"),
        lambda m: m.update(files={}),
        lambda m: m.update(files=[]),
        lambda m: m["files"].update({"../x": m["files"]["f/a.png"]}),
        lambda m: m["files"]["f/a.png"].update(sha256="0" * 64),
        lambda m: m["files"]["f/a.png"].update(sha256=1),
        lambda m: m["files"]["f/a.png"].update(bytes=-1),
        lambda m: m["files"]["f/a.png"].update(bytes=1.5),
        lambda m: m["files"]["f/a.png"].update(more=1),
    ],
)
def test_a_wrong_field_is_refused_even_when_the_digest_fits(change: Callable[[dict[str, Any]], object]) -> None:
    """Reading does not rest on the digest alone: each field has one kind and one form."""
    with pytest.raises(ArtifactCorrupt):
        Manifest.from_json(resealed(change))


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b/c", "manifest.json", ".hidden", ""])
def test_an_unsafe_file_name_is_refused_even_when_everything_adds_up(name: str) -> None:
    """A forger may mend version and digest too: reading still never leaves the version's folder."""
    files = {name: FileDigest.of(b"x")}
    forged = replace(RECORD, files=files, version=version_of(files))
    with pytest.raises(ArtifactCorrupt, match="payload file name"):
        Manifest.from_json(forged.to_json())


def test_the_forger_of_these_tests_writes_what_the_store_reads() -> None:
    """Without a change the resealed bytes are the original ones, so the refusals above are about the change."""
    assert resealed(lambda _: None) == RECORD.to_json()


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"null", b"{}", b"[" * 100_000, b"\xff", b"9" * 10_000, b" " * (LIMIT_BYTES + 1)]
)
def test_bytes_that_are_no_manifest_are_refused(data: bytes) -> None:
    """Empty, foreign, deeply nested and oversized files end in the same typed error."""
    with pytest.raises(ArtifactCorrupt):
        Manifest.from_json(data)


def test_a_repeated_field_is_refused() -> None:
    """JSON lets the last of two equal names win; a manifest has each once."""
    data = RECORD.to_json().replace(b' "rows": 2,', b' "rows": 3,\n "rows": 2,')
    with pytest.raises(ArtifactCorrupt):
        Manifest.from_json(data)


@pytest.mark.parametrize(
    "forged",
    [
        replace(RECORD.signed(KEY), asset="cleaned_data"),
        replace(RECORD.signed(KEY), version="0" * 16),
        replace(RECORD.signed(KEY), rows=3),
        replace(RECORD.signed(KEY), provenance=Provenance()),
        replace(RECORD.signed(KEY), signature="0" * 64),
        RECORD,
    ],
)
def test_a_signature_covers_asset_version_and_every_field(forged: Manifest) -> None:
    """A signature fits the one record it was made for, and no other key makes it."""
    assert RECORD.signed(KEY).is_signed_by(KEY)
    assert not RECORD.signed(KEY).is_signed_by(KEY + b"x")
    assert not forged.is_signed_by(KEY)
