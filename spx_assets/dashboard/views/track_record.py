"""Track record: forecasts against what came, as they were made (the ledger) and made in hindsight (walk-forward)."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from spx_assets.dashboard import charts, ledger, record, tables
from spx_assets.dashboard.context import Context
from spx_assets.dashboard.stored import Stored
from spx_assets.dashboard.wording import PERCENT, figure, percent, precise, share
from spx_assets.forecasting import BENCHMARK, bound_names
from spx_assets.forecasting.ledger_table import scored
from spx_assets.reporting.labels import model_label, sessions

LEVEL = 0.9
NEWEST = 10
# Five years of daily forecasts: more points than that hide the band behind them.
DRAWN = 1260
SHOWN = ("realised", "forecast", "lower", "upper")


def show(context: Context) -> None:
    """The ledger first: it alone holds what was said at the time, and says when each row was written."""
    st.title("Track record")
    st.caption(
        "Forecasts and outcomes. Log returns over the horizon; a 90 % interval should contain about 9 of 10 outcomes."
    )
    _ledger(context)
    with context.told("walk_forward"):
        _walk_forward(context, context.read("walk_forward"))


def _ledger(context: Context) -> None:
    st.header("The ledger: every forecast as it was made")
    with context.told():
        made = ledger.forecasts(context.settings)
        if made.empty:
            st.info(
                "No forecast was recorded yet. Each run appends the forecasts it makes; their outcomes follow when the "
                "sessions have closed.",
                icon=":material/hourglass_empty:",
            )
            return
        first = made["made_at"].min()
        st.caption(
            f"{len(made):,} forecasts since {first:%Y-%m-%d %H:%M} UTC, {int(made['realised'].notna().sum()):,} with a "
            "known outcome. Each is written once and never changed, but for its outcome, which is filled in once. "
            f"{int(made['in_time'].sum()):,} of {len(made):,} were written in time, before their outcome was known; "
            "the others, made afterwards, are not scored here. Where several versions forecast the same span, the "
            "first counts."
        )
        _live(made)
        tables.download("Ledger as CSV", made, "ledger")


def _live(made: pd.DataFrame) -> None:
    horizon = _horizon(made, "ledger")
    rows = scored(made[made["horizon"] == horizon])
    live = scored(rows, in_time=True).reset_index(drop=True)
    show_record(
        live, horizon=horizon, is_benchmark=bool(live["model"].eq(BENCHMARK).all()), counted="forecasts made in time"
    )
    newest = rows.sort_values("origin", ascending=False).head(NEWEST)
    lower, upper = bound_names(LEVEL)
    missing = pd.Series(float("nan"), index=newest.index)
    tables.show(
        pd.DataFrame(
            {
                "Decided": newest["origin"].dt.strftime("%Y-%m-%d"),
                "Target": newest["target_session"].dt.strftime("%Y-%m-%d"),
                "Model": newest["model"].map(model_label),
                "Forecast": newest["forecast"],
                "90 %: from": newest.get(lower, missing),
                "90 %: to": newest.get(upper, missing),
                "Realised": newest["realised"],
                "Recorded, UTC": newest["made_at"].dt.strftime("%Y-%m-%d %H:%M"),
                "Made": newest["in_time"].map({True: "in time", False: "afterwards"}),
            }
        ),
        formats={"Forecast": precise, **dict.fromkeys(("90 %: from", "90 %: to", "Realised"), percent)},
        alt="The newest forecasts of the ledger",
    )


def _horizon(table: pd.DataFrame, where: str) -> int:
    horizons = sorted(int(horizon) for horizon in table["horizon"].unique())
    chosen = st.segmented_control(
        "Horizon", horizons, default=horizons[0], required=True, format_func=sessions, key=f"{where} horizon"
    )
    return chosen or horizons[0]


def _walk_forward(context: Context, evaluation: Stored) -> None:
    st.header("Walk-forward: what each model would have said")
    st.caption(
        "Not a live record: made afterwards, each forecast from only what was known at its origin. "
        f"walk_forward {evaluation.version}."
    )
    context.say_outdated(evaluation)
    table = evaluation.table
    left, right = st.columns(2)
    with left:
        chosen = _horizon(table, "walk_forward")
    with right:
        models = record.best_first(table, horizon=chosen)
        model = st.selectbox("Model", models, format_func=model_label, key="walk_forward model")
    rows = record.of(table, horizon=chosen, model=model or BENCHMARK)
    show_record(rows, horizon=chosen, is_benchmark=model == BENCHMARK)
    tables.download("Record as CSV", rows, f"walk_forward-{model}-{chosen}-{evaluation.version}")


def show_record(rows: pd.DataFrame, *, horizon: int, is_benchmark: bool, counted: str = "forecasts") -> None:
    """Scores, the forecasts over time, and the running scores of one record; of few outcomes, only how many."""
    found = record.summary(rows, horizon=horizon, level=LEVEL)
    if found.known < record.FEWEST:
        st.markdown(f"Known outcomes of {counted}: {found.known}. Scores and charts from {record.FEWEST} on.")
        return
    cards = st.columns(4)
    cards[0].metric("Known outcomes", f"{found.known:,}", help=f"Of {counted}; {found.waiting:,} still wait for theirs")
    cards[1].metric(
        "R² out of sample",
        "0" if is_benchmark else percent(found.r2_os),
        help="Share of the historical mean's squared error that the forecast removes; its own is 0 by definition",
    )
    cards[2].metric(
        "Clark–West p",
        figure(found.clark_west_p),
        help="Below 0.05: a gain that chance would rarely give one model; not corrected for the number tried",
    )
    cards[3].metric("Inside the 90 % interval", share(found.coverage), help="It should be 90 %")
    shown = record.with_verdict(rows.tail(DRAWN), level=LEVEL)
    shown = shown.assign(**{name: PERCENT * shown[name] for name in SHOWN})
    st.vega_lite_chart(
        spec=charts.outcomes(shown[["origin", "outcome", *SHOWN]]),
        alt=f"Realised returns of {len(shown):,} forecasts over their 90 % intervals.",
    )
    newest = f"The newest {len(shown):,} of {len(rows):,} forecasts. " if len(shown) < len(rows) else ""
    st.caption(
        f"{newest}Each point is a realised return; the band is the 90 % interval, the line in it the forecast. "
        "Scroll zooms."
    )
    _running(rows, is_benchmark=is_benchmark)


def _running(rows: pd.DataFrame, *, is_benchmark: bool) -> None:
    scores = record.running(rows, level=LEVEL)
    scores = scores.assign(r2_os=PERCENT * scores["r2_os"], coverage=PERCENT * scores["coverage"])
    left, right = st.columns(2)
    with left:
        st.subheader("Running R² out of sample")
        if is_benchmark:
            st.caption("This is the historical mean itself, which the others are measured against: 0 throughout.")
        else:
            st.vega_lite_chart(
                spec=charts.running(scores, "r2_os", "R² out of sample, %", reference=0.0, zero=True),
                alt="R² out of sample over all forecasts up to each origin.",
            )
            st.caption(
                "Over all forecasts up to each origin, from the twentieth. Above 0 it beats the historical mean."
            )
    with right:
        st.subheader("Running coverage of the 90 % interval")
        if scores["coverage"].notna().any():
            st.vega_lite_chart(
                spec=charts.running(scores, "coverage", "Inside the interval, %", reference=PERCENT * LEVEL),
                alt="Share of outcomes inside the interval over the last 252 forecasts.",
            )
            st.caption(
                f"Share of outcomes inside over the last {record.RUNNING_FORECASTS} forecasts (fewer at first). "
                f"It should stay near {share(LEVEL, 0)}."
            )
        else:
            st.caption(f"From {record.FEWEST} known outcomes with an interval on.")
