"""Tables set as text."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spx_assets.reporting import style
from spx_assets.reporting.table import Column, Table
from spx_assets.reporting.typeset import Line
from spx_assets_tests.reporting import drawn

TABLE = Table(
    (Column("model", "left"), Column("R²,\n%"), Column("p")),
    (("ridge", "−0.43", "0.430"), ("historical mean", "–", "–")),
    strong=frozenset({1}),
)


def _draw(table: Table, width: float) -> tuple[Figure, list[drawn.Printed]]:
    with style.drawing():
        figure = Figure(figsize=(5, 3))
        table.draw(figure, 10.0, 10.0, width)
        return figure, drawn.printed(figure)


def test_figures_align_right_and_words_left() -> None:
    """Numbers of a column end at one edge, words start at one."""
    _, texts = _draw(TABLE, 300.0)
    by_text = {one.text: one.box for one in texts}
    assert abs(by_text["ridge"].x0 - by_text["historical mean"].x0) < 1.0
    assert abs(by_text["−0.43"].x1 - by_text["%"].x1) < 1.5


def test_deployed_rows_are_bold() -> None:
    """Rows named strong are set bold, others are not."""
    figure, _ = _draw(TABLE, 300.0)
    weights = {line.text: line.cut.weight for line in figure.artists if isinstance(line, Line)}
    assert (weights["historical mean"], weights["ridge"]) == ("bold", "normal")


def test_text_stays_inside_the_declared_height() -> None:
    """The height that pages are laid out by is the height that is used."""
    figure, texts = _draw(TABLE, 300.0)
    lowest = min(one.box.y0 for one in texts)
    assert (figure.bbox.height - lowest) * 72 / figure.dpi <= 10.0 + TABLE.height(300.0)


def test_a_wrapping_column_takes_what_is_left() -> None:
    """Long cells break into lines instead of leaving the table."""
    long = "alpha = 10, features = all of them, window = expanding, refit at every origin, and then some more words"
    table = Table((Column("name", "left"), Column("settings", "left", wrap=True)), (("ridge", long),))
    figure, texts = _draw(table, 200.0)
    assert max(one.box.x1 for one in texts) * 72 / figure.dpi <= 10.0 + 200.0 + 1.0
    assert table.height(200.0) > table.height(600.0)


def test_a_table_without_heads_has_no_head_rule() -> None:
    """Only the rules above and below remain."""
    headless = Table((Column("", "left"), Column("", "left")), (("Sessions", "1,190"),))
    figure, _ = _draw(headless, 300.0)
    assert len([line for line in figure.artists if isinstance(line, Line2D)]) == 2
