"""Names that become paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spx_assets.errors import UsageError
from spx_assets.store.layout import checked_asset, checked_files, checked_version, is_asset, is_version


@pytest.mark.parametrize("name", ["raw_market", "a", "sp500"])
def test_an_asset_is_named_in_lower_case(name: str) -> None:
    """Ordinary asset names pass unchanged."""
    assert checked_asset(name) == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "Raw", "_x", "1x", "a\n", "a b", ".staging-x", "é", "a" * 65, "a\0"]
)
def test_an_asset_name_cannot_be_a_path(name: str) -> None:
    """Anything that could leave the store's folder, hide, or differ by case is refused."""
    with pytest.raises(UsageError):
        checked_asset(name)


@pytest.mark.parametrize("text", ["", "0" * 15, "0" * 17, "A" * 16, "0" * 16 + "\n", "../../../../etc/p", "CURRENT"])
def test_a_version_id_is_sixteen_hexadecimal_digits(text: str) -> None:
    """Nothing else is taken for a version id."""
    assert not is_version(text)
    with pytest.raises(UsageError):
        checked_version(text)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            ".",
            "..",
            "/etc/passwd",
            "../x",
            "a//b",
            "a/b/c",
            "a/",
            "/a",
            "a/../b",
            ".hidden",
            "a/.b",
            "a\\b",
            "a b",
        ),
        *("a.", "-a", "a\0b", "a\n", "manifest.json", "Manifest.JSON", "x" * 101, "C:x"),
    ],
)
def test_a_payload_file_stays_in_its_version(name: str) -> None:
    """Traversal, hidden files, deep folders and the manifest's own name are refused."""
    with pytest.raises(UsageError):
        checked_files([name])


@pytest.mark.parametrize("names", [["a.png", "A.png"], ["figures", "figures/a"], ["f/a", "F/b"], ["x/A", "x/a"], []])
def test_payload_files_can_stand_side_by_side_on_any_disk(names: list[str]) -> None:
    """Names that fold into one on some file systems, and an empty payload, are refused."""
    with pytest.raises(UsageError):
        checked_files(names)


def test_payload_files_come_sorted() -> None:
    """Whatever the order given, the order kept is that of the names."""
    assert checked_files(["b", "figures/a.png", "a"]) == ("a", "b", "figures/a.png")


@given(st.text())
def test_no_accepted_name_holds_a_separator(text: str) -> None:
    """Over arbitrary text, what passes for an asset or version is one harmless path component."""
    if is_asset(text) or is_version(text):
        assert text.isascii()
        assert text.isidentifier() or text.isalnum()
