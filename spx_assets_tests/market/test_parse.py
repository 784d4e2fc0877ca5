"""No damaged file becomes a number: a corpus of real damage, and any bytes at all."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from spx_assets.errors import SourceRefused
from spx_assets.market.draft import FileContext
from spx_assets.market.observation import validated
from spx_assets.market.parse import parse
from spx_assets_tests.market.damage import Damage, damages
from spx_assets_tests.market.documents import NOW, as_bytes, fred_csv, read, with_cell, yahoo_csv, yahoo_lines


def test_a_sound_file_is_read_whole() -> None:
    """Every number of the file, to its source."""
    reading = read(yahoo_csv(40))
    assert len(reading.observations) == 40 * 5
    assert (reading.repairs, reading.sources) == ((), ("landing/file.csv",))
    assert set(reading.observations["source"]) == {"landing/file.csv"}


def test_a_byte_order_mark_changes_nothing() -> None:
    """A file saved by a spreadsheet as UTF-8 gives the same observations."""
    marked = read(b"\xef\xbb\xbf" + yahoo_csv()).observations
    pd.testing.assert_frame_equal(marked, read(yahoo_csv()).observations)


def test_the_source_may_differ_from_the_name() -> None:
    """Messages name the file, observations their URI."""
    reading = parse(yahoo_csv(2), "spx.csv", context=FileContext(NOW), source="https://example.org/a.csv")
    assert set(reading.observations["source"]) == {"https://example.org/a.csv"}


def test_the_corpus_is_large_and_each_damage_differs() -> None:
    """More than 80 damaged files, no two alike, all unlike the sound one."""
    corpus = damages()
    assert len(corpus) > 80
    assert len({damage.data for damage in corpus}) == len(corpus)
    assert yahoo_csv(20) not in {damage.data for damage in corpus}


@pytest.mark.parametrize("damage", damages(), ids=lambda damage: damage.what)
def test_a_damaged_file_is_refused_where_it_is_damaged(damage: Damage) -> None:
    """File, line, column, evidence and way out; nothing of the file is accepted."""
    with pytest.raises(SourceRefused) as refused:
        read(damage.data)
    message = str(refused.value)
    assert f"landing/file.csv {damage.place}".strip() in message
    assert damage.words in message
    assert refused.value.way_out


def test_the_message_of_the_house() -> None:
    """The sentence the design promises, from a real file."""
    lines = with_cell(yahoo_lines(20), 6, 4, '"4,742.83"')
    with pytest.raises(SourceRefused) as refused:
        read(as_bytes(lines))
    assert str(refused.value) == (
        "landing/file.csv line 6, column Close: '4,742.83' is not a plain number. Export without thousands separators."
    )


def test_all_problems_of_a_file_are_in_one_report() -> None:
    """Cells, dates and ranges together, so that one correction is enough."""
    lines = with_cell(yahoo_lines(20), 3, 4, "NaN")
    lines = with_cell(lines, 5, 0, "2042-01-05")
    lines = with_cell(lines, 9, 6, "-1")
    with pytest.raises(SourceRefused, match="has 3 problems") as refused:
        read(as_bytes(lines))
    message = str(refused.value)
    for place in ("line 3, column Close", "line 5, column Date", "line 9, column Volume"):
        assert place in message


def test_the_report_counts_what_it_does_not_show() -> None:
    """A file wrong throughout gives a hundred lines and a number."""
    lines = ["date,wti", *(f"2024-01-01,x{i}" for i in range(250))]
    with pytest.raises(SourceRefused, match="and 150 more"):
        read(as_bytes(lines))


def accepted(data: bytes) -> pd.DataFrame | None:
    """Observations that keep the contract, or None for a typed refusal; anything else fails the test."""
    try:
        observations = read(data).observations
    except SourceRefused:
        return None
    return validated(observations)


HEADERS = st.sampled_from(
    [
        b"",
        b"PAR1",
        b"\xef\xbb\xbf",
        b"date,wti\n",
        b"DATE,VIX\n",
        b"series,date,value\n",
        b"series,date,value,known_at,source\n",
        b"Date,Open,High,Low,Close,Volume\n",
        b"Date,Open,High,Low,Close,Adj Close,Volume\n",
    ]
)
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            ".",
            "null",
            "0",
            "5",
            "13.2",
            "4742.83",
            "2024-01-02",
            "2024-01-03",
            "1/2/2024",
            "vix_close",
            '"',
            "\r",
            "é",
        ]
    ),
    st.text(max_size=6),
)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=8).map(",".join), max_size=6)
FILES = st.one_of(
    st.binary(max_size=300),
    st.builds(bytes.__add__, HEADERS, st.binary(max_size=200)),
    st.builds(bytes.__add__, HEADERS, ROWS.map(lambda rows: "\n".join(rows).encode("utf-8", "surrogatepass"))),
)


@settings(max_examples=300, deadline=None)
@given(FILES)
def test_any_bytes_give_a_typed_refusal_or_sound_observations(data: bytes) -> None:
    """No other error, whatever the file."""
    accepted(data)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(FILES)
def test_any_bytes_soaked(data: bytes) -> None:
    """The same, for as long as a soak takes."""
    accepted(data)


def said_by(data: bytes) -> set[tuple[str, str, float]]:
    """Every (series, date, number) a Yahoo file says, read without any of the parser under test."""
    header, *rows = data.decode("utf-8-sig").splitlines()
    names = header.split(",")
    said = set()
    for row in filter(None, rows):
        cells = [cell.strip('"') for cell in row.split(",")]
        for name, cell in zip(names, cells, strict=True):
            if name.casefold() in ("open", "high", "low", "close", "volume") and cell not in ("0", "null"):
                said.add((f"spx_{name.casefold()}", cells[0], float(Decimal(cell))))
    return said


def check_one_byte(position: int, byte: int) -> None:
    """A sound file with one byte replaced is refused, or read as exactly what it then says."""
    sound = yahoo_csv(12)
    at = position % len(sound)
    observations = accepted(sound[:at] + bytes([byte]) + sound[at + 1 :])
    if observations is not None:
        columns = observations["series"], observations["date"].dt.strftime("%Y-%m-%d"), observations["value"]
        said = said_by(sound[:at] + bytes([byte]) + sound[at + 1 :])
        # A date moved to a day without a session takes its row along, counted as a repair.
        assert set(zip(*columns, strict=True)) <= said
        assert len(said) - len(observations) in (0, 5)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
@example(46, ord(","))
@example(46, ord("\n"))
@example(46, ord('"'))
@example(46, ord("\r"))
@example(0, 0xEF)
def test_one_wrong_byte_never_changes_what_is_read(position: int, byte: int) -> None:
    """Refused, or exactly what the file now says."""
    check_one_byte(position, byte)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_wrong_byte_soaked(position: int, byte: int) -> None:
    """The same, for as long as a soak takes."""
    check_one_byte(position, byte)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 400))
def test_a_file_cut_anywhere_is_refused_or_ends_with_a_whole_row(length: int) -> None:
    """What remains of a cut download is only ever whole rows of it."""
    whole = {*zip(*_columns(read(fred_csv()).observations), strict=True)}
    observations = accepted(fred_csv()[:length])
    if observations is not None:
        kept = {*zip(*_columns(observations), strict=True)}
        # A number cut after a whole digit cannot be told from a shorter number: only the last row may differ.
        assert len(kept - whole) <= 1


def _columns(observations: pd.DataFrame) -> list[pd.Series]:
    return [observations[name] for name in ("series", "date", "value")]
