"""Object stores through fsspec: the real protocol code over fsspec's memory file system, and what is missing said."""

from __future__ import annotations

import time
from dataclasses import replace
from importlib.util import find_spec

import pandas as pd
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.registry import _registry

from spx_assets.errors import FetchFailed, NotFound, SourceRefused, UsageError
from spx_assets.market import read_source
from spx_assets.market.access import Access
from spx_assets.market.fetch_remote import remote_bytes, remote_files
from spx_assets_tests.market.documents import NOW, fred_csv, yahoo_csv

SUFFIXES = (".csv", ".parquet")


class Bucket(MemoryFileSystem):
    """fsspec's memory file system, under the scheme of an object store."""

    protocol = "s3"
    store: dict[str, object] = {}  # noqa: RUF012  # the class's own, as fsspec has it
    pseudo_dirs = [""]  # noqa: RUF012  # same as store

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return "/" + path.removeprefix("s3://").strip("/")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """A store with three data files and a text, known to fsspec as s3."""
    monkeypatch.setitem(_registry, "s3", Bucket)
    Bucket.store.clear()
    store = Bucket(skip_instance_cache=True)
    for name, data in (("a.csv", fred_csv()), ("b.CSV", yahoo_csv(5)), ("c.parquet", b"PAR1"), ("note.txt", b"hi")):
        store.pipe_file(f"s3://market/{name}", data)
    return store


def test_an_object_a_folder_and_a_glob(bucket: Bucket) -> None:
    """As on a disk: data files only, in the order of their names."""
    assert remote_files("s3://market/a.csv", SUFFIXES, Access()) == ["s3://market/a.csv"]
    folder = remote_files("s3://market", SUFFIXES, Access())
    assert [uri.rsplit("/", 1)[1] for uri in folder] == ["a.csv", "b.CSV", "c.parquet"]
    assert [uri.rsplit("/", 1)[1] for uri in remote_files("s3://market/[ab]*", SUFFIXES, Access())] == [
        "a.csv",
        "b.CSV",
    ]


def test_an_object_is_read_by_its_uri(bucket: Bucket) -> None:
    """Through the front door, and the URI is the source of every observation."""
    reading = read_source("s3://market/a.csv", now=NOW)
    assert len(reading.observations) == 9
    assert set(reading.observations["source"]) == {"s3://market/a.csv"}


def test_an_object_is_bounded(bucket: Bucket) -> None:
    """Its size is asked before its bytes."""
    with pytest.raises(SourceRefused, match="larger than 100 bytes"):
        remote_bytes("s3://market/a.csv", replace(Access(), max_bytes=100))


@pytest.mark.parametrize("uri", ["s3://market/none.csv", "s3://market/none*", "s3://nothing"])
def test_what_is_not_there(bucket: Bucket, uri: str) -> None:
    """Objects, globs and folders alike."""
    with pytest.raises(NotFound, match="does not exist"):
        remote_files(uri, SUFFIXES, Access())


def test_a_store_that_hangs_is_left_at_the_deadline(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its own time-outs are."""
    monkeypatch.setattr(Bucket, "cat_file", lambda *_, **__: time.sleep(3))
    began = time.monotonic()
    with pytest.raises(FetchFailed, match=r"within 0\.2 s"):
        remote_bytes("s3://market/a.csv", replace(Access(), deadline_s=0.2))
    assert time.monotonic() - began < 1.2


def test_a_store_that_fails_in_its_own_way(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its package raises is ours, with its words."""

    def refuse(*_: object, **__: object) -> bytes:
        raise PermissionError("Access Denied")

    monkeypatch.setattr(Bucket, "cat_file", refuse)
    with pytest.raises(FetchFailed, match="PermissionError: Access Denied"):
        remote_bytes("s3://market/a.csv", Access())


def test_an_object_that_comes_short(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer bytes than the store says it has."""
    monkeypatch.setattr(Bucket, "cat_file", lambda *_, **__: b"observation_date,DGS10\n")
    with pytest.raises(FetchFailed, match="came with 23 of"):
        remote_bytes("s3://market/a.csv", Access())


@pytest.mark.parametrize(("uri", "package", "extra"), [("gs://m/a.csv", "gcsfs", "gs"), ("s3://m/a.csv", "s3fs", "s3")])
def test_a_missing_package_is_named_with_its_extra(uri: str, package: str, extra: str) -> None:
    """The way out is a line to copy."""
    if find_spec(package):
        pytest.skip(f"{package} is installed")
    with pytest.raises(UsageError) as missing:
        read_source(uri, now=pd.Timestamp(NOW))
    assert f"pip install 'spx-assets[{extra}]'" in missing.value.way_out
