"""`catalogue`: every series there can be, and how much of it the store holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from spx_assets.commands.printing import Json, show_json, show_table
from spx_assets.home import open_store
from spx_assets.settings import Settings

if TYPE_CHECKING:
    from spx_assets.market.catalogue import Release, Series

# What a table has room for; --json gives everything.
SHOWN = ("series", "unit", "range", "frequency", "known", "ids", "rows", "first", "last")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: spx catalogue --json")(catalogue)


def catalogue(as_json: Json = False) -> None:
    """List the series: unit, plausible range, frequency, release rule, ids at the sources, coverage in the store."""
    from spx_assets.market.catalogue import CATALOGUE  # noqa: PLC0415  # imports pandas

    held = _coverage()
    rows = [{**_described(series), **held.get(name, _NONE_HELD)} for name, series in CATALOGUE.items()]
    if as_json:
        show_json(rows)
        return
    show_table([{name: row[name] for name in SHOWN} for row in rows])


_NONE_HELD: dict[str, Any] = {"rows": 0, "revisions": 0, "first": None, "last": None}


def _coverage() -> dict[str, dict[str, Any]]:
    """What the current `raw_market` holds of each series; nothing before the first run."""
    from spx_assets import artifacts, market  # noqa: PLC0415  # pandas and the rooms

    store = open_store(Settings.load())
    if store.current("raw_market") is None:
        return {}
    table = market.coverage(artifacts.table_of(store.read("raw_market")))
    return {
        str(row["series"]): {
            "rows": int(row["rows"]),
            "revisions": int(row["revisions"]),
            "first": f"{row['first']:%Y-%m-%d}",
            "last": f"{row['last']:%Y-%m-%d}",
        }
        for row in table.to_dict("records")
    }


def _described(series: Series) -> dict[str, Any]:
    return {
        "series": series.name,
        "description": series.description,
        "unit": series.unit,
        "range": f"{series.low:g} to {series.high:g}",
        "frequency": series.frequency,
        "known": _release(series.release, series.frequency),
        "introduced": None if series.introduced is None else f"{series.introduced:%Y-%m-%d}",
        "ids": ", ".join(f"{source} {name}" for source, name in series.ids.items()) or "–",
    }


def _release(release: Release, frequency: str) -> str:
    """When a value is known, in words: `09:30 of the next session`, `08:30, 30 days after the month`."""
    at = f"{release.at:%H:%M}"
    if release.next_session:
        return f"{at} of the next session"
    period = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter"}.get(frequency, frequency)
    return f"{at}, {release.days} days after the {period}" if release.days else f"{at} of the {period}"
