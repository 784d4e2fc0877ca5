"""Arrays in one file: fixed bytes, and nothing read that was not written so."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from spx_assets.compiled import archive

ARRAYS = {
    "numbers": np.arange(6.0).reshape(2, 3),
    "names": np.array(["a", "bc"]),
    "one": np.array(7),
    "none": np.empty(0),
}


def test_arrays_come_back_equal() -> None:
    """Values, types and shapes, scalars and empty ones too, and read-only."""
    again = archive.read_arrays(archive.write_arrays(ARRAYS))

    assert list(again) == list(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(again[name], array)
        assert again[name].dtype == array.dtype
    assert not again["numbers"].flags.writeable


def test_equal_arrays_give_equal_bytes() -> None:
    """Whatever their layout in memory; and numpy itself reads them without pickle."""
    turned = {**ARRAYS, "numbers": np.asfortranarray(ARRAYS["numbers"])}
    data = archive.write_arrays(ARRAYS)

    assert archive.write_arrays(turned) == data
    with np.load(io.BytesIO(data), allow_pickle=False) as plain:
        np.testing.assert_array_equal(plain["numbers"], ARRAYS["numbers"])


def test_arrays_of_objects_are_never_written() -> None:
    """They could only be read by pickle."""
    with pytest.raises(ValueError, match="allow_pickle"):
        archive.write_arrays({"numbers": np.array([print], dtype=object)})


def zipped(entries: list[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as made:
        for name, content in entries:
            made.writestr(name, content)
    return buffer.getvalue()


def saved(array: np.ndarray, **options: object) -> bytes:
    """An array as numpy saves it."""
    buffer = io.BytesIO()
    np.save(buffer, array, **options)  # type: ignore[arg-type]  # options of numpy's own
    return buffer.getvalue()


def promised(shape: tuple[int, ...], descr: str = "<f8") -> bytes:
    """A header of such an array with eight bytes behind it."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": descr, "fortran_order": False, "shape": shape})
    return buffer.getvalue() + bytes(8)


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ([("a.npy", promised((10**12,)))], "claims"),
        ([("a.npy", promised((2**32, 2**32)))], "claims"),
        ([("a.npy", promised((-1, -1)))], "never written"),
        ([("a.npy", promised((1,), ">f8"))], "never written"),
        ([("a.npy", saved(np.array([print], dtype=object), allow_pickle=True))], "never written"),
        ([("a.npy", saved(np.zeros(2, dtype=[("x", "f8")])))], "never written"),
        ([("a.npy", saved(np.asfortranarray(np.ones((2, 2)))))], "never written"),
        ([("a.npy", b"\x93NUMPY\x02\x00" + bytes(40))], "another array format"),
        ([("a.npy", b"no array at all")], "magic"),
        ([("../a.npy", saved(np.ones(1)))], "an entry is called"),
        ([("a.txt", b"text")], "an entry is called"),
        ([(f"{'a' * n}_.npy", b"") for n in range(1, 66)], "66 entries|65 entries"),
    ],
)
def test_other_archives_are_refused(entries: list[tuple[str, bytes]], says: str) -> None:
    """Promises of memory, objects, foreign orders, names and numbers of entries."""
    with pytest.raises(ValueError, match=says):
        archive.read_arrays(zipped(entries))


def test_compressed_and_oversized_files_are_refused() -> None:
    """A bomb must be compressed; ours never are."""
    bomb = zipped([("a.npy", saved(np.zeros(10**6)))], zipfile.ZIP_DEFLATED)

    with pytest.raises(ValueError, match="is compressed"):
        archive.read_arrays(bomb)
    with pytest.raises(ValueError, match="at most"):
        archive.read_arrays(bytes(archive.LARGEST_FILE + 1))
