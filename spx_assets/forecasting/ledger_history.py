"""Whether the ledger still holds what was published from it: compared with stored track records and forecasts.

The ledger's database promises that nothing is lost or changed; this looks from outside, so that a ledger that was
lost, replaced by an older one, or rewritten with its triggers dropped is noticed for as long as a version is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

import pandas as pd

from spx_assets.forecasting.ledger_table import KEY, ledger_columns, ledger_table
from spx_assets.market.calendar import CLOSE

# The clocks of the ledger's writers and of the store may differ by this.
TOLERANCE = pd.Timedelta(minutes=10)
OUTCOME = ("realised", "realised_at")
# What follows from the ledger as a whole, or from the model card, is no part of a forecast as it was made.
NOT_COMPARED = {*KEY, "first", "in_time", "r2_os_to_date", "skill", "statement", *OUTCOME}


@dataclass(frozen=True, eq=False)
class Published:
    """A stored table of forecasts: of `next_forecast` or `track_record`, by its version and when it was stored."""

    version: str
    stored_at: pd.Timestamp
    table: pd.DataFrame


def lost_or_changed(
    published: Iterable[Published], records: Iterable[Mapping[str, Any]], *, decision_time: time = CLOSE
) -> pd.DataFrame:
    """Each published forecast that the ledger's records lack or hold otherwise, once: its key, what, and since when.

    `made_at` cannot be later than the version that has the forecast was stored, nor may it move across the outcome;
    an outcome may be filled since, and stays as it was filled.
    """
    given = list(records)
    now = ledger_table(given, decision_time=decision_time)
    made = (
        ledger_columns(given)[[*KEY, "made_at"]]
        if given
        else now[KEY].assign(made_at=pd.Series(dtype="datetime64[ns, UTC]"))
    )
    now = now.merge(made, how="left", on=KEY)
    found = [_differences(each, now) for each in published]
    columns = [*KEY, "what", "version"]
    return pd.concat([pd.DataFrame(columns=columns), *(each for each in found if len(each))]).drop_duplicates(KEY)


def _differences(published: Published, now: pd.DataFrame) -> pd.DataFrame:
    then = published.table
    both = then.merge(now, how="left", on=KEY, suffixes=("_then", ""), indicator="found")
    is_lost = both["found"] == "left_only"
    differs = {name: _differs(both, name) for name in map(str, then) if name not in NOT_COMPARED}
    if "realised" in then:
        filled = both["realised_then"].notna()
        differs |= {name: filled & _differs(both, name) for name in OUTCOME}
        is_filled_since = ~filled & both["realised"].notna()
        differs["made_at"] = ~is_filled_since & _differs(both, "in_time")
    is_later = pd.to_datetime(both["made_at"], utc=True) > published.stored_at + TOLERANCE
    differs["made_at"] = is_later | differs.get("made_at", False)
    table = pd.DataFrame(differs)
    what = table.apply(lambda row: ", ".join(name for name, differ in row.items() if differ), axis=1).astype(object)
    both["what"] = what.mask(is_lost, "lost")
    both["version"] = published.version
    return both.loc[both["what"] != "", [*KEY, "what", "version"]]


def _differs(both: pd.DataFrame, name: str) -> pd.Series:
    """Where a column is not what it was; missing is equal to missing, and a column that is gone is missing."""
    then = both[f"{name}_then"] if f"{name}_then" in both else both[name]
    current = both[name] if f"{name}_then" in both else pd.Series(index=both.index, dtype="float64")
    return (then != current) & ~(then.isna() & current.isna())
