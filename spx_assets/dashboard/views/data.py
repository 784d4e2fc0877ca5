"""Data: each series as it was known on a chosen day, how much there is of it, what was refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from spx_assets.dashboard import charts, tables
from spx_assets.dashboard.context import Context
from spx_assets.dashboard.stored import Stored
from spx_assets.dashboard.wording import count, day, figure, plain
from spx_assets.landing.folder import Landing
from spx_assets.market import CATALOGUE, as_of, calendar, coverage, decision_times
from spx_assets.reporting.labels import period, series_label

USUAL = "spx_close"
NOW, THEN, SAME = "as known now", "as known then", "as known then and now"
SHOWN_VINTAGES = 50


def show(context: Context) -> None:
    """Explorer, coverage, quarantine."""
    st.title("Data")
    with context.told("raw_market"):
        raw = context.read("raw_market")
        st.caption(
            f"Every observation ever accepted, with when it became known. raw_market {raw.version}, "
            f"{len(raw.table):,} rows."
        )
        _explorer(raw)
        _coverage(raw)
    with context.told("cleaned_data"):
        _features(context.read("cleaned_data"))
    _quarantine(context)


def _explorer(raw: Stored) -> None:
    st.header("A series as it was known on a day")
    names = sorted(raw.table["series"].unique(), key=lambda name: (name != USUAL, name))
    left, right = st.columns(2)
    name = left.selectbox("Series", names, format_func=series_label, key="series") or USUAL
    rows = raw.table[raw.table["series"] == name]
    first, last = rows["known_at"].min().date(), rows["known_at"].max().date()
    chosen = right.date_input(
        "Known on", value=last, min_value=first, max_value=last, format="YYYY-MM-DD", key=f"known on {name}"
    )
    known_on = chosen if isinstance(chosen, date) else last
    then = as_of(rows, _end_of(known_on))
    now = as_of(rows, rows["known_at"].max())
    _drawn(name, then, now)
    _newest(name, then, known_on)
    _vintages(name, rows)
    tables.download("Every vintage of this series as CSV", rows, f"{name}-{raw.version}")


def _end_of(known_on: date) -> pd.Timestamp:
    """The close of the day in New York: what was published later that evening was known the next day."""
    return decision_times(pd.DatetimeIndex([pd.Timestamp(known_on)]))[0]


def _drawn(name: str, then: pd.DataFrame, now: pd.DataFrame) -> None:
    entry = CATALOGUE.get(name)
    title = entry.unit[0].upper() + entry.unit[1:] if entry else "Value"
    lines = {SAME: now} if now.equals(then) else {NOW: now, THEN: then}
    st.vega_lite_chart(
        spec=charts.history(lines, title, dates="%B %Y" if _frequency(name) == "monthly" else "%Y-%m-%d"),
        alt=f"{series_label(name)}: {len(then)} values known then, {len(now)} known now.",
    )
    if entry:
        st.caption(f"{plain(entry.description)}. {entry.frequency.capitalize()}, in {plain(entry.unit)}. Scroll zooms.")


def _newest(name: str, then: pd.DataFrame, known_on: date) -> None:
    if then.empty:
        st.markdown(f"Nothing of this series was known {_moment(known_on)}.")
        return
    last = then.iloc[-1]
    entry = CATALOGUE.get(name)
    unit = f" {entry.unit}" if entry else ""
    st.markdown(
        f"The newest value known {_moment(known_on)} was **{figure(last['value'])}**{plain(unit)}, of "
        f"{_period(name, last['date'])}, known since {last['known_at']:%Y-%m-%d %H:%M} UTC."
    )


def _moment(known_on: date) -> str:
    """At the close of a session; on a day without one there is no close."""
    if len(calendar.sessions(pd.Timestamp(known_on), pd.Timestamp(known_on))):
        return f"at the close of {day(known_on)}"
    return f"on {known_on:%A} {day(known_on)}, a day without a session, at 16:00 in New York"


def _frequency(name: str) -> str:
    return CATALOGUE[name].frequency if name in CATALOGUE else ""


def _period(name: str, first: pd.Timestamp) -> str:
    """The day of a daily value in words, the month or quarter of another."""
    frequency = _frequency(name)
    return {"monthly": f"{first:%B %Y}", "quarterly": f"Q{first.quarter} {first.year}"}.get(frequency, day(first))


def _vintages(name: str, rows: pd.DataFrame) -> None:
    repeated = rows[rows["date"].duplicated(keep=False)].sort_values(["date", "known_at"], ascending=False)
    if repeated.empty:
        st.caption("No value of this series was ever revised.")
        return
    with st.expander(f"Revised values: {repeated['date'].nunique():,} dates"):
        shown = repeated.head(SHOWN_VINTAGES)
        tables.show(
            pd.DataFrame(
                {
                    "Date": [period(first, _frequency(name)) for first in shown["date"]],
                    "Known since, UTC": shown["known_at"].dt.strftime("%Y-%m-%d %H:%M"),
                    "Value": shown["value"],
                }
            ),
            formats={"Value": lambda value: figure(value, 4)},
            alt=f"Vintages of {name}",
        )


def _coverage(raw: Stored) -> None:
    st.header("Coverage")
    found = coverage(raw.table)
    tables.show(
        pd.DataFrame(
            {
                "Series": found["series"].map(series_label),
                "Unit": [CATALOGUE[name].unit if name in CATALOGUE else "" for name in found["series"]],
                **{
                    end: [period(at, _frequency(name)) for at, name in zip(found[column], found["series"], strict=True)]
                    for end, column in (("From", "first"), ("To", "last"))
                },
                "Dates": found["dates"],
                "Revisions": found["revisions"],
            }
        ),
        formats={"Dates": count, "Revisions": count},
        alt="Coverage of every series",
    )
    tables.download("Coverage as CSV", found, f"coverage-{raw.version}")


def _features(cleaned: Stored) -> None:
    st.header("What the models see")
    table = cleaned.table
    features = [str(name) for name in table if not str(name).startswith(("session", "target_", "historical_mean_"))]
    missing = int(table[features].isna().to_numpy().sum())
    st.markdown(
        f"{len(table):,} sessions from {day(table['session'].iloc[0])} to {day(table['session'].iloc[-1])}, "
        f"{len(features)} features, {missing:,} missing values. cleaned_data {cleaned.version}."
    )
    tables.download("Features and targets as CSV", table.reset_index(drop=True), f"cleaned_data-{cleaned.version}")


def _quarantine(context: Context) -> None:
    st.header("Quarantine")
    landing = Landing(context.settings.landing_root)
    with context.told():
        rejected = [row for row in landing.rows() if row["state"] == "rejected"]
        if not rejected:
            st.markdown(f"No dropped file was refused. Files are dropped into `{_short(landing.folder)}`.")
            return
        st.markdown(
            f"{len(rejected)} refused, kept in `{_short(landing.rejected)}`. "
            "`spx accept FILE` lets one rewrite history."
        )
        tables.show(
            pd.DataFrame(
                {
                    "File": [plain(str(row["file"])) for row in rejected],
                    "Bytes": [row["bytes"] for row in rejected],
                    "Why": [plain(" ".join(str(row["why"]).split())) for row in rejected],
                }
            ),
            formats={"Bytes": count},
            alt="Refused files and why",
        )


def _short(folder: Path) -> str:
    return str(folder).replace("`", "'")
