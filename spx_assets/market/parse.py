"""A file's bytes to observations: recognise, read, judge. A pure function of bytes, name and now.

Either every value is certainly what the file says, or the file is refused with all its problems at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from spx_assets.market.draft import Draft
from spx_assets.market.fetch import decoded, is_parquet
from spx_assets.market.layouts import drafts_of
from spx_assets.market.plausibility import plausible
from spx_assets.market.reading import Reading, observations_of, together
from spx_assets.market.refusal import Problems
from spx_assets.market.table import Table, table_from_csv, table_from_parquet
from spx_assets.plain_text import printable


def parse(data: bytes, name: str, *, now: pd.Timestamp, source: str = "", us_dates: bool = False) -> Reading:
    """The observations in a CSV or Parquet file of any known layout.

    `name` is what messages call the file, `source` the URI its observations carry (`name` by default).
    `us_dates` is for layouts known to write month/day/year. SourceRefused reports every problem.
    """
    name = printable(name)
    problems = Problems(name)
    table = table_from_parquet(data, problems) if is_parquet(data) else table_from_csv(decoded(data, name), problems)
    drafts = drafts_of(table, problems, us_dates=us_dates)
    return judged(drafts, table, problems, now=now, uri=source or name)


def judged(drafts: Sequence[Draft], table: Table, problems: Problems, *, now: pd.Timestamp, uri: str) -> Reading:
    """The drafts of a table as observations, if every value can be true; SourceRefused with every problem if not."""
    kept = plausible(drafts, table, problems, now)
    problems.raise_if_any()
    if not any(len(draft.rows) for draft in kept):
        problems.refuse("holds no observation", "Export it again with its data.")
    observations = together(_observations(draft, uri) for draft in kept)
    return Reading(observations, tuple(problems.repairs), (uri,))


def _observations(draft: Draft, uri: str) -> pd.DataFrame:
    frame = observations_of(draft.series, draft.dates, draft.amounts, uri, known_at=draft.known_at)
    return frame if draft.sources is None else frame.assign(source=draft.sources)
