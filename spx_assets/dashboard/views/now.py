"""Now: the forecast per horizon with its interval, what may be said of its skill, and how old it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from spx_assets.dashboard import charts, tables
from spx_assets.dashboard.context import Context, say_sample
from spx_assets.dashboard.freshness import Freshness, freshness
from spx_assets.dashboard.stored import CARD_FILE, Stored
from spx_assets.dashboard.wording import TIED, count, day, figure, in_percent, percent, plain, precise
from spx_assets.errors import NotFound
from spx_assets.market import as_of
from spx_assets.reporting.labels import ahead, contained, model_label

CLOSE = "spx_close"
PAST_SESSIONS = 126
USUAL_LEVEL = "90"
Row = Mapping[Any, Any]


def show(context: Context) -> None:
    """Forecasts, fan, intervals."""
    st.title("The coming sessions")
    with context.told("next_forecast"):
        forecast = context.read("next_forecast")
        rows = forecast.table.sort_values("horizon").to_dict("records")
        if not rows:
            raise NotFound("next_forecast has no rows", way_out="`spx run` makes it again.")
        st.caption(
            f"S&P 500, log returns, decided at the close of {day(rows[0]['origin'])}. "
            f"Model {rows[0]['model_version']}, data {rows[0]['data_version']}."
        )
        _say_age(context, rows)
        context.say_outdated(forecast)
        level = _chosen_level(forecast.table)
        closes = _closes(context, rows[0]["origin"])
        card = _card(context, rows)
        _cards(rows, level, closes, card)
        _say_skill(rows)
        say_sample(card)
        _fan(rows, level, closes)
        _table(forecast)


def _say_age(context: Context, rows: Sequence[Row]) -> None:
    age = _age(context, rows[0]["origin"])
    if not age.stale:
        st.caption(age.sentence)
        return
    last = max(row["target_session"] for row in rows).date()
    past = "The sessions forecast here are past. " if last < context.now.date() else ""
    st.warning(f"{age.sentence} {past}`spx run` with newer data forecasts the coming ones.", icon=":material/schedule:")


def _age(context: Context, origin: pd.Timestamp) -> Freshness:
    today = context.settings.as_of
    now = context.now if today is None else pd.Timestamp(today, tz="America/New_York") + pd.Timedelta(hours=20)
    return freshness(origin.date(), now, most_sessions=context.settings.max_age_sessions)


def _chosen_level(table: pd.DataFrame) -> str:
    levels = [str(name).removeprefix("lower_") for name in table if str(name).startswith("lower_")]
    usual = USUAL_LEVEL if USUAL_LEVEL in levels else levels[-1]
    return (
        st.segmented_control(
            "Interval", levels, default=usual, required=True, format_func=lambda level: f"{level} %", key="level"
        )
        or usual
    )


def _closes(context: Context, origin: pd.Timestamp) -> pd.DataFrame:
    """The closes up to the origin, as known by now; none when raw_market cannot be read, which is said."""
    with context.told("raw_market"):
        observations = context.read("raw_market").table
        known = as_of(observations[observations["series"] == CLOSE], pd.Timestamp(context.now))
        known = known[known["date"] <= origin].tail(PAST_SESSIONS)
        return pd.DataFrame({"session": known["date"], "close": known["value"]}).reset_index(drop=True)
    return pd.DataFrame({"session": pd.DatetimeIndex([]), "close": []})


def _card(context: Context, rows: Sequence[Row]) -> Mapping[str, Any]:
    """The card of the model that made the forecast; empty when it cannot be read, which is said."""
    with context.told("deployed_model"):
        card: Mapping[str, Any] = context.read_version("deployed_model", str(rows[0]["model_version"])).documents[
            CARD_FILE
        ]
        return card
    return {}


def _cards(rows: Sequence[Row], level: str, closes: pd.DataFrame, card: Mapping[str, Any]) -> None:
    for column, row in zip(st.columns(len(rows)), rows, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.metric(f"{ahead(row['horizon'])}, to {day(row['target_session'])}", precise(row["forecast"]))
            st.markdown(
                f"{level} % interval **{percent(row[f'lower_{level}'])}** to **{percent(row[f'upper_{level}'])}**"
            )
            entry = card.get("horizons", {}).get(str(row["horizon"]), {})
            share = entry.get("interval_coverage", {}).get(level)
            if share is not None:
                st.caption(f"Such intervals {contained(share)}.")
            if len(closes) and closes["session"].iloc[-1] == row["origin"]:
                close = float(closes["close"].iloc[-1])
                low, middle, high = (
                    figure(close * float(np.exp(row[name])), 0)
                    for name in (f"lower_{level}", "forecast", f"upper_{level}")
                )
                st.caption(f"Index {figure(close, 0)} → {middle} ({low} to {high})")
            if row["skill"]:
                st.badge("significant gain", icon=":material/check:", color="green")
            else:
                st.badge("no significant gain", icon=":material/remove:", color="gray")


def _say_skill(rows: Sequence[Row]) -> None:
    st.markdown("\n".join(f"- {plain(row['statement'])}" for row in rows))


def _fan(rows: Sequence[Row], level: str, closes: pd.DataFrame) -> None:
    if closes.empty or closes["session"].iloc[-1] != rows[0]["origin"]:
        return
    st.header("Projected index range")
    levels = sorted({level, "50"}, key=float, reverse=True)
    st.vega_lite_chart(
        spec=charts.fan(closes, _fan_ends(rows, levels, closes)),
        alt=f"Closes of the last {len(closes)} sessions, and the range forecast for each target session.",
    )
    st.caption(
        f"Closes of the last {len(closes)} sessions; from there the point forecasts (dashed) and their "
        f"{' and '.join(f'{each}{TIED}%' for each in levels)} intervals, drawn straight between targets. Track record "
        "shows how many outcomes such intervals contained."
    )


def _fan_ends(rows: Sequence[Row], levels: list[str], closes: pd.DataFrame) -> pd.DataFrame:
    session, close = closes["session"].iloc[-1], float(closes["close"].iloc[-1])
    start = {"session": session, "horizon": 0, "forecast": close, "low": close, "high": close, "said": ""}
    ends = [{**start, "level": level} for level in levels]
    for row in rows:
        for level in levels:
            if f"lower_{level}" in row:
                low, middle, high = (
                    close * float(np.exp(row[name])) for name in (f"lower_{level}", "forecast", f"upper_{level}")
                )
                said = f"{precise(row['forecast'])} ({model_label(row['model'])})"
                ends.append(
                    {
                        "session": row["target_session"],
                        "horizon": row["horizon"],
                        "level": level,
                        "forecast": middle,
                        "low": low,
                        "high": high,
                        "said": said,
                    }
                )
    return pd.DataFrame(ends)


def _table(forecast: Stored) -> None:
    st.header("All intervals")
    st.caption("Log returns in %: the forecast, the mean of all returns known at the origin, and each interval.")
    table = forecast.table.sort_values("horizon")
    bounds = [str(name) for name in table if str(name).startswith("lower_")]
    shown = pd.DataFrame(
        {
            "Sessions": table["horizon"],
            "Target": table["target_session"].dt.strftime("%Y-%m-%d"),
            "Model": table["model"].map(model_label),
            "Forecast": table["forecast"],
            "Historical mean": table["benchmark"],
            **{f"{name.removeprefix('lower_')} % from": table[name] for name in bounds},
            **{f"{name.removeprefix('lower_')} % to": table[name.replace("lower", "upper")] for name in bounds},
        }
    )
    edges = [f"{name.removeprefix('lower_')} % {end}" for name in bounds for end in ("from", "to")]
    formats = {
        "Sessions": count,
        "Forecast": _to_three,
        "Historical mean": _to_three,
        **dict.fromkeys(edges, in_percent),
    }
    tables.show(
        shown[["Sessions", "Target", "Model", "Forecast", "Historical mean", *edges]],
        formats=formats,
        alt="Forecasts and intervals of every level",
    )
    tables.download("Forecast as CSV", forecast.table, f"next_forecast-{forecast.version}")


def _to_three(log_return: float) -> str:
    return precise(log_return).removesuffix(f"{TIED}%")
