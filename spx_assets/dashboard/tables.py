"""Tables as a reader sees them: real HTML, numbers to the right, formatted and nothing cut off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from spx_assets.dashboard import downloads

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler
    from pandas.io.formats.style_render import CSSDict

Format = Callable[[Any], str]
# Characters: a date with its time, a version, the models of a few horizons; sentences are longer.
ON_ONE_LINE = 64


def show(table: pd.DataFrame, *, formats: Mapping[str, Format] | None = None, alt: str) -> None:
    """A small table; the columns in `formats` hold numbers, NaN where there is none, written so."""
    st.table(styled(table, formats or {}), border="horizontal", hide_index=True, alt=alt)


def styled(table: pd.DataFrame, formats: Mapping[str, Format]) -> Styler:
    """The table with numbers as numbers, so that they stand to the right, and in the words of `formats`.

    Cells stay on one line, except in columns of sentences: on a phone a table is pushed aside, not squeezed.
    """
    names = [str(name) for name in table]
    typed = {name: table[name].astype(float) if name in formats else table[name].astype(str) for name in names}
    short = [name in formats or typed[name].str.len().max() <= ON_ONE_LINE for name in names]
    # Streamlit wraps what is in a cell once more, and says there how it breaks.
    lines: list[CSSDict] = [
        {"selector": f"td.col{place} *", "props": "white-space: nowrap"}
        for place, is_short in enumerate(short)
        if is_short
    ]
    styler = pd.DataFrame(typed).style.format({name: formats[name] for name in names if name in formats})
    return styler.set_table_styles(lines)


def download(label: str, table: pd.DataFrame, name: str) -> None:
    """A button that gives the whole table, at full precision, as CSV that is safe to open in a spreadsheet."""
    st.download_button(
        label,
        lambda: downloads.safe_csv(table),
        f"{name}.csv",
        "text/csv",
        key=f"download {name}",
        on_click="ignore",
        icon=":material/download:",
    )
