"""A file's bytes to observations: recognise, read, judge. A pure function of bytes, name and now.

Either every value is certainly what the file says, or the file is refused with all its problems at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from spx_assets.market.draft import Draft, FileContext
from spx_assets.market.fetch import decoded, is_parquet
from spx_assets.market.layouts import VENDORS, drafts_of, recognised
from spx_assets.market.plausibility import plausible
from spx_assets.market.reading import Reading, observations_of, together
from spx_assets.market.refusal import Problems
from spx_assets.market.table import Table, table_from_csv, table_from_parquet
from spx_assets.plain_text import printable

SPX_COMPANIONS = ("spx_open", "spx_high", "spx_low", "spx_volume")


def parse(data: bytes, name: str, *, context: FileContext, source: str = "") -> Reading:
    """The observations in a CSV or Parquet file of any known layout.

    `name` is what messages call the file, `source` the URI its observations carry (`name` by default). SourceRefused
    reports every problem; ForeignFile when the file holds no series of ours, or prices of an unknown instrument.
    """
    name = printable(name)
    problems = Problems(name)
    table = table_from_parquet(data, problems) if is_parquet(data) else table_from_csv(decoded(data, name), problems)
    table = recognised(table)
    drafts, vendor = drafts_of(table, problems, context)
    reading = judged(drafts, table, problems, context=context, uri=source or name)
    return replace(reading, rank=VENDORS.index(vendor))


def judged(drafts: Sequence[Draft], table: Table, problems: Problems, *, context: FileContext, uri: str) -> Reading:
    """The drafts of a table as observations, if every value can be true; SourceRefused with every problem if not."""
    kept = plausible(drafts, table, problems, context)
    problems.raise_if_any()
    if not any(len(draft.rows) for draft in kept):
        problems.refuse("holds no observation", "Export it again with its data.")
    observations = together(_observations(draft, uri) for draft in kept)
    return Reading(observations, tuple(problems.repairs), (uri,), read_as=_read_as(kept, problems.name))


def _read_as(drafts: Sequence[Draft], name: str) -> tuple[str, ...]:
    """What the file was read as: how many values of which series."""
    counts = {draft.series: len(draft.rows) for draft in drafts if len(draft.rows)}
    beside = [series for series in counts if "spx_close" in counts and series in SPX_COMPANIONS]
    also = f" (with {', '.join(series.removeprefix('spx_') for series in beside)})" if beside else ""
    said = [
        f"{count:,} values of {series}{also if series == 'spx_close' else ''}"
        for series, count in counts.items()
        if series not in beside
    ]
    return (f"{', '.join(said)} from {name.rsplit('/', 1)[-1]}",)


def _observations(draft: Draft, uri: str) -> pd.DataFrame:
    frame = observations_of(draft.series, draft.dates, draft.amounts, uri, known_at=draft.known_at)
    return frame if draft.sources is None else frame.assign(source=draft.sources)
