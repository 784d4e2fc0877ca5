"""Files agree when they say the same up to the rounding of a processor, and in no other case."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from spx_assets.store import tables
from spx_assets.store.agreement import agree

SMALL, LARGE = 1 + 4e-15, 1 + 1e-10


def _table(kind: tables.Format) -> Callable[[float, str], bytes]:
    def make(value: float, text: str) -> bytes:
        return tables.encode(pd.DataFrame({"name": [text, None], "x": [value, np.nan], "n": [1, 2]}), kind)

    return make


def _json(value: float, text: str) -> bytes:
    return json.dumps({"text": text, "values": [value, 1, None, True]}).encode()


def _html(value: float, text: str) -> bytes:
    return f'<p title="{text}">{value!r} of 12 <img src="data:image/png;base64,{value.hex()[4:17]}"></p>'.encode()


def _npz(value: float, text: str) -> bytes:
    sink = io.BytesIO()
    nodes = np.zeros(2, dtype=[("left", "i8"), ("value", "f8")])
    nodes["value"] = value
    np.savez(sink, name=np.array(text), coefficients=np.array([value, np.inf, np.nan]), nodes=nodes)
    return sink.getvalue()


def _skops(value: float, text: str) -> bytes:
    sink, array = io.BytesIO(), io.BytesIO()
    np.save(array, np.array([value]))
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("schema.json", _json(value, text))
        archive.writestr("1.npy", array.getvalue())
    return sink.getvalue()


KINDS: dict[str, Callable[[float, str], bytes]] = {
    "t.parquet": _table("parquet"),
    "t.csv": _table("csv"),
    "card.json": _json,
    "report.html": _html,
    "horizon_1.npz": _npz,
    "horizon_1.skops": _skops,
}


@pytest.mark.parametrize("name", KINDS)
def test_numbers_agree_within_the_rounding_of_a_processor(name: str) -> None:
    """4e-15 apart is the same; 1e-10 apart, another text, another file beside it are not."""
    make = KINDS[name]
    stored = {name: make(0.75, "ridge"), "fixed.json": b"{}"}

    assert agree(stored, {**stored, name: make(0.75 * SMALL, "ridge")})
    assert agree(stored, {**stored, name: make(0.75, "ridge")})
    assert not agree(stored, {**stored, name: make(0.75 * LARGE, "ridge")})
    assert not agree(stored, {**stored, name: make(0.75, "lasso")})
    assert not agree(stored, {**stored, "more.json": b"{}"})
    assert not agree(stored, {**stored, name: b"garbage"})


def test_large_numbers_agree_relatively_and_small_ones_absolutely() -> None:
    """1e15 and 1e15 + 1/8 agree, 0 and 1e-13 agree, 0 and 1e-11 do not; a number never agrees with none."""

    def card(value: float | None) -> dict[str, bytes]:
        return {"card.json": json.dumps([value]).encode()}

    assert agree(card(1e15), card(1e15 + 0.125))
    assert agree(card(0.0), card(1e-13))
    assert not agree(card(0.0), card(1e-11))
    assert not agree(card(0.0), card(None))
    assert not agree(card(1.0), card(float("nan")))


def test_counts_and_shapes_must_be_equal() -> None:
    """A row more, an integer that differs by one, or another type is another version."""
    one = pd.DataFrame({"x": [1.0, 2.0], "n": [10**15, 2]})

    def made(frame: pd.DataFrame) -> dict[str, bytes]:
        return {"t.parquet": tables.encode(frame, "parquet")}

    assert not agree(made(one), made(pd.concat([one, one])))
    assert not agree(made(one), made(one.assign(n=[10**15 + 1, 2])))
    assert not agree(made(one), made(one.assign(n=[1e15, 2.0])))


def test_a_picture_may_differ_by_a_shade() -> None:
    """Antialiasing of another last digit is no other picture; another line is."""

    def picture(shade: int) -> dict[str, bytes]:
        sink = io.BytesIO()
        pixels = np.full((4, 4, 3), 200, dtype=np.uint8)
        pixels[1, 1] = shade
        Image.fromarray(pixels).save(sink, format="png")
        return {"figures/skill.png": sink.getvalue()}

    assert agree(picture(100), picture(102))
    assert not agree(picture(100), picture(110))


def test_what_is_of_no_known_kind_must_be_equal() -> None:
    """Bytes that nothing here can compare are compared as bytes."""
    assert not agree({"x.bin": b"1.0"}, {"x.bin": b"1.00"})
