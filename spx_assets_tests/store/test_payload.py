"""What a version id depends on."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spx_assets.errors import UsageError
from spx_assets.store import FileDigest, Payload

CONTENTS = st.dictionaries(st.sampled_from(["a", "b", "c.csv", "f/a"]), st.binary(max_size=40), min_size=1)


def test_the_version_of_known_bytes_never_changes() -> None:
    """A version id computed once stays valid for ever: stores outlive releases."""
    assert Payload({"a.txt": b"one", "figures/b.png": b"two"}).version == "aa4d3ceea3dfb21c"


@given(CONTENTS, CONTENTS)
def test_versions_are_equal_exactly_when_the_files_are(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    """Equal names and bytes give equal ids, different ones different ids."""
    assert (Payload(one).version == Payload(other).version) == (one == other)


def test_the_version_depends_on_neither_order_nor_description() -> None:
    """Rows, sessions and schema describe the files; they do not make another version."""
    described = Payload({"b": b"2", "a": b"1"}, rows=2, first_session=date(2018, 1, 2), schema="s")
    assert described.version == Payload({"a": b"1", "b": b"2"}).version


def test_a_payload_keeps_its_own_copy_of_the_mapping() -> None:
    """Changing the mapping afterwards changes nothing that will be committed."""
    files = {"a": b"1"}
    kept = Payload(files)
    files["a"] = b"2"
    assert dict(kept.files) == {"a": b"1"}


def test_a_digest_is_size_and_sha256() -> None:
    """The digest of known bytes is the published one."""
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert FileDigest.of(b"") == FileDigest(0, empty)


def test_a_payload_refuses_unsafe_names() -> None:
    """A payload that could not be stored cannot be made."""
    with pytest.raises(UsageError, match="payload file name"):
        Payload({"../a": b""})
