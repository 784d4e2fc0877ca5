"""Blocks as HTML elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from spx_assets.reporting import typeset
from spx_assets.reporting.blocks import Definition, Paragraph, PlateBlock, TableBlock, section
from spx_assets.reporting.figures.plate import Plate, absent
from spx_assets.reporting.table import Column, Table
from spx_assets.reporting.web.blocks import anchor, elements

TABLE = Table(
    (Column("fore-\ncasts", "left"), Column("R² out of\nsample, %"), Column("what", "left", wrap=True)),
    (("1 session", "−1,234.50", "2019-01-02"), ("", "<0.001", "a & b")),
    strong=frozenset({0}),
)


def _html(block: Any) -> str:
    return "".join(elements([block], {}))


def test_headings_and_prose_are_elements_and_text_is_escaped() -> None:
    """Each cut has its element; markup in a text is text; numbers keep their units."""
    assert _html(section("Is there skill?")) == "<h2>Is there skill?</h2>"
    assert _html(Paragraph("T", typeset.TITLE)) == "<h1>T</h1>"
    assert _html(Paragraph("a < b & held 90 %.")) == "<p>a &lt; b &amp; held 90\N{NO-BREAK SPACE}%.</p>".replace(
        "a &lt;", "a\N{NO-BREAK SPACE}&lt;\N{NO-BREAK SPACE}"
    ).replace("\N{NO-BREAK SPACE} b", "\N{NO-BREAK SPACE}b")


def test_a_table_has_caption_heads_to_sort_by_and_a_scope_for_each_row() -> None:
    """Heads are buttons; a hyphen of the paper is gone; numbers carry their value."""
    html = _html(TableBlock("Title", TABLE, "Note."))
    assert "<caption><span>Title</span></caption>" in html
    assert '<th scope="col" aria-sort="none"><button type="button">forecasts</button></th>' in html
    assert '<button type="button">R² out of<br>sample, %</button>' in html
    assert '<td class="n" data-v="-1234.50">−1,234.50</td>' in html
    assert '<td class="n" data-v="0.001">&lt;0.001</td>' in html
    assert '<td class="wrap">2019-01-02</td>' in html
    assert html.endswith('<p class="after">Note.</p>')


def test_rows_of_a_group_all_say_its_name() -> None:
    """A row that is sorted away from its group keeps what paper prints once."""
    html = _html(TableBlock("Title", TABLE))
    assert html.count('<th scope="row" data-v="1">1 session</th>') == 2


def test_key_and_value_tables_have_no_heads() -> None:
    """Nothing to sort, nothing to press."""
    plain = Table((Column("", "left"), Column("", "left")), (("Sessions", "12"),))
    assert "<button" not in _html(TableBlock("Window", plain))


def test_a_picture_has_alternative_text_and_an_absent_one_its_sentence() -> None:
    """What cannot be seen is said."""
    plate = Plate("p_q", "A plate", "Dots are returns. Look up.", 10.0, lambda _figure: None)
    html = "".join(elements([PlateBlock(plate, 3)], {"p_q": b"png"}))
    assert '<figure aria-labelledby="p-q"><h3 id="p-q">Figure 3. A plate</h3>' in html
    assert 'alt="Chart: A plate. Dots are returns."' in html
    assert 'src="data:image/png;base64,cG5n"' in html
    assert "<figcaption>Dots are returns. Look up.</figcaption>" in html
    assert "<p>No data.</p>" in _html(PlateBlock(absent("p", "A plate", "No data."), 0))


def test_definitions_that_follow_one_another_are_one_list() -> None:
    """Terms and meanings, then what comes next."""
    blocks = [Definition("a", "1."), Definition("b", "2."), Paragraph("end")]
    assert "".join(elements(blocks, {})) == "<dl><dt>a</dt><dd>1.</dd><dt>b</dt><dd>2.</dd></dl><p>end</p>"
    assert "".join(elements(blocks[:1], {})).endswith("</dl>")


def test_anchors_are_words() -> None:
    """They can stand in an address."""
    assert anchor("What would it have been worth?") == "what-would-it-have-been-worth"


def test_an_unknown_block_is_refused() -> None:
    """A new kind of block has to be set here, too."""

    @dataclass
    class Other:
        bookmark: str = ""

    with pytest.raises(TypeError, match="Other"):
        _html(Other())
