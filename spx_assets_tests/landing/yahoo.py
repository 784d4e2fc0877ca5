"""Yahoo downloads over any stretch of sessions, made from given closes, for dropping into landing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from spx_assets.market import calendar
from spx_assets.market.reference_closes import reference_closes

# The ticker says which instrument it is, whatever a test calls the file.
HEADER = "Date,Open,High,Low,Close,Adj Close,Volume,Ticker"


def csv(first: str, last: str, *, close: float = 2506.85, factor: float = 1.0) -> str:
    """One row per session, all closes within a per cent of `close`, published ones aside."""
    rows = []
    published = dict(reference_closes("spx_close"))
    for i, day in enumerate(calendar.sessions(first, last)):
        price = factor * published.get(day, close + 5.0 * ((i * 37) % 11 - 5) / 5.0)
        rows.append(
            f"{day:%Y-%m-%d},{price:.2f},{price + 9:.2f},{price - 9:.2f},{price:.2f},{price:.2f},{3_000_000_000 + i}"
            ",^GSPC"
        )
    return "\n".join([HEADER, *rows, ""])


def of(observations: pd.DataFrame, first: str, last: str, *, factor: float = 1.0) -> str:
    """What Yahoo would give of the embedded prices from `first` to `last`, each times `factor`."""
    names = ["spx_open", "spx_high", "spx_low", "spx_close", "spx_close", "spx_volume"]
    wide = observations.pivot_table(index="date", columns="series", values="value")[list(dict.fromkeys(names))]
    rows = [
        ",".join(
            [
                f"{day:%Y-%m-%d}",
                *(f"{row[name] * factor:.6f}" for name in names[:-1]),
                f"{row['spx_volume']:.0f}",
                "^GSPC",
            ]
        )
        for day, row in wide.loc[first:last].dropna().iterrows()  # type: ignore[misc]  # label slices of dates
    ]
    return "\n".join([HEADER, *rows, ""])


def drop(folder: Path, name: str, text: str) -> Path:
    """Write a file that looks as if it had been there for long."""
    import os  # noqa: PLC0415  # for the old time stamp only

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    os.utime(path, (1.7e9, 1.7e9))
    return path
