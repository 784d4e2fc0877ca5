"""Whether two sets of files say the same: equal text, equal shapes, and numbers that agree to the rounding of a CPU.

Processors with other vector instructions add in another order, and the last digits of sums differ. What was made
from equal inputs by equal code and agrees within `TOLERANCE` is not another version. What is made of text and numbers
(tables, JSON, HTML), arrays and archives of them is compared number by number; pictures pixel by pixel; a PDF, which
is drawn from what the HTML beside it says, is not compared; anything else must be equal to the bit.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from spx_assets.store import tables

TOLERANCE = 1e-12
# Of 255: antialiasing turns the last digit of a coordinate into at most a shade.
PIXEL_TOLERANCE = 3
_NUMBER = re.compile(r"[-+−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_DRAWN = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]*")


def agree(stored: Mapping[str, bytes], made: Mapping[str, bytes]) -> bool:
    """Whether both have the same files, and each pair says the same."""
    if stored.keys() != made.keys():
        return False
    return all(stored[name] == made[name] or _file_agrees(name, stored[name], made[name]) for name in made)


def _file_agrees(name: str, stored: bytes, made: bytes) -> bool:
    suffix = name.rpartition(".")[2]
    if suffix == "pdf":
        return True
    compare = _KINDS.get(suffix)
    try:
        return compare is not None and compare(stored, made)
    except (ValueError, KeyError, OSError, pa.ArrowException, zipfile.BadZipFile):
        return False


def _tables(stored: bytes, made: bytes) -> bool:
    one, other = (tables.arrow_table(data) for data in (stored, made))
    return one.schema.equals(other.schema) and all(
        _arrays(one.column(name).to_numpy(), other.column(name).to_numpy())
        if pa.types.is_floating(one.schema.field(name).type)
        else one.column(name).equals(other.column(name))
        for name in one.column_names
    )


def _texts(stored: bytes, made: bytes) -> bool:
    """Text with numbers in it, such as CSV and HTML; what is drawn there is compared by its own file."""
    one, other = (_DRAWN.sub("", data.decode()) for data in (stored, made))
    if _NUMBER.split(one) != _NUMBER.split(other):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    return all(a == b or (_is_decimal(a) and _is_decimal(b) and _close(float(a), float(b))) for a, b in pairs)


def _is_decimal(text: str) -> bool:
    return "." in text and "−" not in text


def _json(stored: bytes, made: bytes) -> bool:
    return _values(json.loads(stored), json.loads(made))


def _values(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(_values(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_values, one, other))
    return _close(one, other) if isinstance(one, float) else bool(one == other)


def _archives(stored: bytes, made: bytes) -> bool:
    """A zip of arrays and JSON, as numpy and skops write them."""
    with zipfile.ZipFile(io.BytesIO(stored)) as one, zipfile.ZipFile(io.BytesIO(made)) as other:
        return one.namelist() == other.namelist() and agree(
            {name: one.read(name) for name in one.namelist()}, {name: other.read(name) for name in other.namelist()}
        )


def _array_files(stored: bytes, made: bytes) -> bool:
    one, other = (np.load(io.BytesIO(data), allow_pickle=False) for data in (stored, made))
    return _arrays(one, other)


def _arrays(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype.names:
        return all(_arrays(one[name], other[name]) for name in one.dtype.names)
    if one.dtype.kind != "f":
        return bool(np.array_equal(one, other))
    return bool(np.all(_within(one, other) | (one == other) | (np.isnan(one) & np.isnan(other))))


def _close(one: float, other: float) -> bool:
    return one == other or bool(_within(np.float64(one), np.float64(other))) or (one != one and other != other)  # noqa: PLR0124  # NaN


def _within(one: Any, other: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return np.abs(one - other) <= TOLERANCE * np.maximum(1.0, np.minimum(np.abs(one), np.abs(other)))


def _pictures(stored: bytes, made: bytes) -> bool:
    from PIL import Image  # noqa: PLC0415  # comes with matplotlib, which drew them

    one, other = (np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"), dtype=np.int16) for data in (stored, made))
    return one.shape == other.shape and int(np.abs(one - other).max(initial=0)) <= PIXEL_TOLERANCE


_KINDS: Mapping[str, Callable[[bytes, bytes], bool]] = {
    "parquet": _tables,
    "csv": _texts,
    "html": _texts,
    "json": _json,
    "npy": _array_files,
    "npz": _archives,
    "skops": _archives,
    "png": _pictures,
}
