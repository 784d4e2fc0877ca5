"""Text from outside is shown and kept without secrets, control characters and formulas."""

from __future__ import annotations

import pytest

from spx_assets.errors import SourceRefused
from spx_assets.plain_text import (
    as_source,
    is_plain_source,
    markdown_code,
    printable,
    sources_without_secrets,
    spreadsheet_text,
    without_secrets,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("naïve – 三 R²", "naïve – 三 R²"),
        ("a\x1b[2Jb\x07", "a\\x1b[2Jb\\x07"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
        ("not UTF-8 \udcff", "not UTF-8 \\udcff"),
        ("10\N{NO-BREAK SPACE}%", "10\N{NO-BREAK SPACE}%"),
    ],
)
def test_what_acts_on_a_terminal_is_shown_as_its_escape(text: str, shown: str) -> None:
    """Escape sequences, line breaks, overriding marks of direction and undecodable bytes among them."""
    assert shown == printable(text)


def test_an_error_cannot_carry_a_line_of_its_own() -> None:
    """A file's name with a line break does not become a second message; lists in the evidence keep their lines."""
    error = SourceRefused("landing/a\nspx: all is well.csv", evidence="\n  line 2\x1b[1A", way_out="Rename\r it.")

    assert "landing/a\\nspx: all is well.csv:\n  line 2\\x1b[1A. Rename\\r it." == str(error)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://h.example/a.csv?sig=s3cret&se=2030", "https://h.example/a.csv"),
        ("https://me:s3cret@h.example/a.csv#s3cret", "https://h.example/a.csv"),
        ("https://me:s3/cr?et#s3cret@h.example/a.csv", "https://h.example/a.csv"),
        ("https://s3cret@h.example:8443/a@b.csv", "https://h.example:8443/a@b.csv"),
        ("https://h.example:8443/a@b.csv", "https://h.example:8443/a@b.csv"),
        ("s3://KEY:s3cret@bucket/a.csv?versionId=s3cret", "s3://bucket/a.csv"),
        ("s3://bucket/20?? *.csv", "s3://bucket/20?? *.csv"),
        ("https://fred.example/fredgraph.csv?id=VIXCLS", "https://fred.example/fredgraph.csv?id=VIXCLS"),
        ("https://fred.example/fredgraph.csv?id=VIXCLS&api_key=s3cret", "https://fred.example/fredgraph.csv"),
        ("files/who knows?.csv", "files/who knows?.csv"),
    ],
)
def test_an_address_is_kept_without_its_secrets(address: str, kept: str) -> None:
    """User, password, query and fragment go; a path, a port and a name of a series stay."""
    assert kept == without_secrets(address)
    assert f"sample,{kept}" == sources_without_secrets(f"sample,{address}")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n@x"])
def test_a_spreadsheet_shows_a_formula_as_text(text: str) -> None:
    """Every way to begin one gets an apostrophe; other text stays as it is, without what a sheet cannot hold."""
    assert f"'{text}" == spreadsheet_text(text)
    assert "1-2=3" == spreadsheet_text("1-2=3")
    assert "a\\x00b" == spreadsheet_text("a\0b")


@pytest.mark.parametrize(
    "text",
    [
        "file:///data/spx%20closes.csv",
        "arch:data/vix/vix.csv.gz",
        "https://fred.stlouisfed.org/graph/fredgraph.csv?id=VIXCLS",
        "Bloomberg (PX_LAST), export of 2024-01-02",
        "Börse Zürich",
    ],
)
def test_uris_and_names_are_sources(text: str) -> None:
    """What people and this program write."""
    assert is_plain_source(text)


@pytest.mark.parametrize(
    "text", ["", "=cmd|' /C calc'!A0", "-1", "@x", "<script>", "a\x1b[31m", "a\nb", "`x`", "x" * 301]
)
def test_what_could_act_is_no_source(text: str) -> None:
    """Formulas, markup, control characters, and letters without end."""
    assert not is_plain_source(text)


def test_the_name_of_a_file_becomes_a_plain_source() -> None:
    """Most stay as they are; what could act in one is percent-encoded."""
    assert "landing/VIX History (1).csv" == as_source("landing/VIX History (1).csv")
    assert "landing/%3Cb%3E%60.csv" == as_source("landing/<b>`.csv")
    assert is_plain_source(as_source("landing/" + "三<" * 200))


def test_markdown_shows_code_as_it_is() -> None:
    """No backtick or line break leads out of it."""
    assert "`a' ![x](http://h)\\n# b`" == markdown_code("a` ![x](http://h)\n# b")
