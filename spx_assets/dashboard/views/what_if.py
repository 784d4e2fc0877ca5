"""What if: the features moved by hand, and what the API predicts from them, beside the row they started from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from spx_assets import artifacts
from spx_assets.dashboard import api, charts, counters, tables
from spx_assets.dashboard.context import Context
from spx_assets.dashboard.stored import CARD_FILE
from spx_assets.dashboard.wording import day, percent, precise
from spx_assets.errors import NotFound
from spx_assets.features import FEATURES
from spx_assets.forecasting import BENCHMARK
from spx_assets.forecasting.importance import explained_models
from spx_assets.forecasting.intervals import scale_feature
from spx_assets.forecasting.trained_model import FittedModel
from spx_assets.home import open_store
from spx_assets.reporting.labels import feature_label, model_label, sessions

COLUMNS = 4
STEPS = 200
ANSWER = "what-if answer"
AS_IT_IS, AS_MOVED = "Current", "What if"


def show(context: Context) -> None:
    """Features to move, one question to the API, its answer."""
    st.title("What if")
    with context.told("cleaned_data"):
        cleaned = context.read("cleaned_data").table
        if cleaned.empty:
            raise NotFound("cleaned_data has no rows", way_out="`spx run` makes it again.")
        with context.told("deployed_model"):
            card = context.read("deployed_model").documents[CARD_FILE]
            features = [name for name in card["features"] if name in cleaned]
            row = {name: float(cleaned[name].iloc[-1]) for name in features}
            st.caption(
                f"The features as of {day(cleaned['session'].iloc[-1])}, to be moved within what history has seen; a "
                "number in brackets counts sessions, or prints of the series. The "
                f"prediction comes from the API at `{api.base_url(context.settings)}`, not from this page."
            )
            _say_of_the_mean(card["horizons"], features)
            _question(context, card, row, cleaned)


def _say_of_the_mean(entries: Mapping[str, Mapping[str, object]], features: Sequence[str]) -> None:
    """Before anything is moved: where the historical mean is deployed, moving does not change the forecast."""
    means = sorted(int(horizon) for horizon, entry in entries.items() if entry["model"] == BENCHMARK)
    if means:
        where = "at every horizon" if len(means) == len(entries) else f"for {', '.join(map(sessions, means))}"
        st.info(
            f"The historical mean is deployed {where}: no feature moves its forecast, and only "
            f"{feature_label(scale_feature(features))} moves its interval. The closest candidate, which is not "
            "deployed, answers beside it.",
            icon=":material/info:",
        )


def _question(context: Context, card: Mapping[str, object], row: dict[str, float], cleaned: pd.DataFrame) -> None:
    entries: Mapping[str, Mapping[str, object]] = card["horizons"]  # type: ignore[assignment]  # the card's shape
    left, right = st.columns(2)
    horizon = left.selectbox("Horizon", sorted(map(int, entries)), format_func=sessions, key="what-if horizon")
    entry = entries[str(horizon)]
    levels: Mapping[str, float] = entry["interval_coverage"]  # type: ignore[assignment]  # the card's shape
    names = sorted((float(level) for level in levels), reverse=False)
    level = right.selectbox(
        "Interval", names, index=_usual(names), format_func=lambda value: f"{value:g} %", key="what-if level"
    )
    with st.form("what if"):
        # First, because on a phone all controls stand below each other.
        asked = st.form_submit_button("Ask the API", icon=":material/send:")
        moved = _controls(row, cleaned, deployed=str(entry["model"]))
    if asked:
        st.session_state.pop(ANSWER, None)
        with context.told():
            rows = [row, moved]
            st.session_state[ANSWER] = (api.predict(context.settings, rows, horizon=horizon, level=level / 100), rows)
            counters.asked(context.counters_folder, at=context.now)
    if ANSWER in st.session_state:
        _answer(*st.session_state[ANSWER])
        _candidate(context, *st.session_state[ANSWER])


def _controls(row: Mapping[str, float], cleaned: pd.DataFrame, *, deployed: str) -> dict[str, float]:
    """A control for every feature; those that move nothing of the deployed model are folded."""
    if deployed != BENCHMARK:
        return _sliders(row, cleaned)
    first = scale_feature(list(row))
    moved = _sliders({first: row[first]}, cleaned)
    others = {name: value for name, value in row.items() if name != first}
    with st.expander(f"{len(others)} features that move the closest candidate alone"):
        moved |= _sliders(others, cleaned)
    return {name: moved[name] for name in row}


def _candidate(context: Context, answer: api.Predictions, rows: Sequence[Mapping[str, float]]) -> None:
    """What the closest candidate would forecast of the same rows, where the historical mean is deployed."""
    with context.told("walk_forward"):
        model = _closest(context).get(answer.horizon)
        if model is None:
            return
        before, after = model.forecast(np.array([[row[name] for name in model.features] for row in rows]))
        with st.container(border=True):
            st.markdown(
                f"**{model_label(model.name).capitalize()}**, the closest candidate, is not deployed: it has shown no "
                f"skill over the historical mean. It would forecast **{precise(float(before))}** "
                f"from the current features and **{precise(float(after))}** after the change."
            )


def _closest(context: Context) -> Mapping[int, FittedModel]:
    """Per horizon at which the historical mean is deployed the closest candidate, fitted on all history, once."""
    names = ("deployed_model", "cleaned_data", "walk_forward")
    return _fitted_candidates(tuple(context.read(name).version for name in names), context)


@st.cache_resource(show_spinner="Fitting the closest candidate", max_entries=2)
def _fitted_candidates(
    versions: tuple[str, ...],  # noqa: ARG001  # the key of the cache
    _context: Context,
) -> Mapping[int, FittedModel]:
    trained = artifacts.model_of(open_store(_context.settings).read("deployed_model"))
    made = explained_models(_context.read("cleaned_data").table, _context.read("walk_forward").table, trained)
    return {horizon: model for horizon, model in made.items() if trained.fitted[horizon].name == BENCHMARK}


def _usual(levels: Sequence[float]) -> int:
    return levels.index(90.0) if 90.0 in levels else len(levels) - 1


def _sliders(row: Mapping[str, float], cleaned: pd.DataFrame) -> dict[str, float]:
    moved = {}
    for place, (name, value) in enumerate(row.items()):
        if place % COLUMNS == 0:
            columns = st.columns(COLUMNS)
        low, high = float(cleaned[name].min()), float(cleaned[name].max())
        with columns[place % COLUMNS]:
            moved[name] = _slider(name, value, low, high)
    return moved


def _slider(name: str, value: float, low: float, high: float) -> float:
    if {low, high, value} <= {0.0, 1.0}:
        return float(st.toggle(feature_label(name), value=value == 1.0, key=f"what-if {name}"))
    unit = f", {FEATURES[name].unit}" if name in FEATURES else ""
    span = high - low
    if span <= 0:
        return value
    decimals = 2 if max(abs(low), abs(high)) >= 1 else 4
    chosen = st.slider(
        f"{feature_label(name)}{unit}",
        low,
        high,
        value,
        step=span / STEPS,
        format=f"%.{decimals}f",
        key=f"what-if {name}",
    )
    return float(chosen)


def _answer(answer: api.Predictions, rows: Sequence[Mapping[str, float]]) -> None:
    st.header("The API's answer")
    before, after = answer.predictions
    changed = [name for name in rows[0] if rows[0][name] != rows[1][name]]
    left, right = st.columns(2)
    for column, title, prediction in ((left, AS_IT_IS, before), (right, AS_MOVED, after)):
        with column, st.container(border=True):
            st.metric(title, precise(prediction.forecast))
            st.markdown(
                f"{100 * answer.level:g} % interval **{percent(prediction.lower)}** to **{percent(prediction.upper)}**"
            )
    st.vega_lite_chart(
        spec=charts.ranges(
            pd.DataFrame(
                {
                    "row": [AS_IT_IS, AS_MOVED],
                    "forecast": [100 * before.forecast, 100 * after.forecast],
                    "lower": [_in_percent(before.lower), _in_percent(after.lower)],
                    "upper": [_in_percent(before.upper), _in_percent(after.upper)],
                }
            ),
            f"Log return over {sessions(answer.horizon)}, %",
        ),
        alt="The two predictions with their intervals.",
    )
    moved = f"Moved: {', '.join(map(feature_label, changed))}." if changed else "Nothing was moved."
    st.caption(f"{moved} Model {answer.model_version}, {sessions(answer.horizon)} ahead.")
    with st.expander("Full precision"):
        st.json(
            {
                "model_version": answer.model_version,
                "horizon": answer.horizon,
                "level": answer.level,
                "predictions": [_numbers(prediction) for prediction in answer.predictions],
            }
        )
    asked = pd.DataFrame(
        [
            {"row": name, **row, **_numbers(prediction)}
            for name, row, prediction in zip((AS_IT_IS, AS_MOVED), rows, answer.predictions, strict=True)
        ]
    )
    tables.download("Both rows as CSV", asked, "what-if")


def _in_percent(log_return: float | None) -> float | None:
    return None if log_return is None else 100 * log_return


def _numbers(prediction: api.Prediction) -> dict[str, float | None]:
    return {"forecast": prediction.forecast, "lower": prediction.lower, "upper": prediction.upper}
