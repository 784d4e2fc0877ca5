"""Arrays in one `.npz` of fixed bytes, and back: uncompressed, undated, without object arrays.

Equal arrays give equal bytes. Reading takes what writing makes and nothing else: every size is checked against the
bytes that are there before any array is built. numpy's own `np.load(allow_pickle=False)` reads the same files.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LARGEST_FILE = 256 * 2**20  # bytes; a forest of 500 deep trees over 16,000 sessions takes 200 MB
MOST_ENTRIES = 64
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a zip entry can bear
KINDS = "biufU"  # plain numbers, truth values and text: kinds of array that hold no reference to an object


def pack(entries: Mapping[str, bytes]) -> bytes:
    """A zip of `entries` in their order, stored, undated, with the same permissions everywhere."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # unix, whatever this machine is, so that permissions read the same
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def write_arrays(arrays: Mapping[str, Array]) -> bytes:
    """The `.npz` of `arrays`, little-endian, in their order; ValueError for an array of objects."""
    return pack({f"{name}.npy": _encoded(array) for name, array in arrays.items()})


def read_arrays(data: bytes) -> dict[str, Array]:
    """The arrays of a file that `write_arrays` made, read-only; ValueError saying what is not as written."""
    if len(data) > LARGEST_FILE:
        raise ValueError(f"{len(data):,} bytes, at most {LARGEST_FILE:,} are read")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        _inspect(entries, len(data))
        return {entry.filename.removesuffix(".npy"): _decoded(entry.filename, archive.read(entry)) for entry in entries}


def _inspect(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MOST_ENTRIES or len({entry.filename for entry in entries}) != len(entries):
        raise ValueError(f"{len(entries)} entries, or two of one name")
    for entry in entries:
        if not re.fullmatch(r"[a-z_]{1,40}\.npy", entry.filename):
            raise ValueError(f"an entry is called {entry.filename[:40]!r}")
        if entry.compress_type != zipfile.ZIP_STORED or entry.compress_size != entry.file_size:
            raise ValueError(f"{entry.filename} is compressed")
    if sum(entry.file_size for entry in entries) > size:
        raise ValueError("its entries claim more bytes than it has")


def _encoded(array: Array) -> bytes:
    buffer = io.BytesIO()
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).reshape(array.shape)
    np.lib.format.write_array(buffer, little, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _decoded(name: str, content: bytes) -> Array:
    """The array in one entry, once its header claims exactly the bytes that follow."""
    stream = io.BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError(f"{name} has another array format")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
    claimed = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if fortran or dtype.kind not in KINDS or dtype.byteorder == ">" or min(shape, default=0) < 0:
        raise ValueError(f"{name} holds {dtype} in an order or kind that is never written")
    if claimed != len(content) - stream.tell():
        raise ValueError(f"{name} claims {dtype} of shape {shape}")
    if not claimed:
        return np.empty(shape, dtype=dtype)
    return np.frombuffer(content, dtype=dtype, offset=stream.tell()).reshape(shape)
