"""Model: what serves and since when, every candidate beside the benchmark, what it uses, what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from spx_assets.dashboard import charts, stored, tables
from spx_assets.dashboard.context import Context, say_sample
from spx_assets.dashboard.stored import CARD_FILE, Stored
from spx_assets.dashboard.wording import age, count, day, figure, instant, percent, plain, share
from spx_assets.errors import SpxError
from spx_assets.home import open_store
from spx_assets.reporting.labels import feature_label, model_label, sessions
from spx_assets.store import Manifest

DEPLOYMENT_FILE = "deployment.json"
IMPORTANCES = "figures/importance_through_time.png"
# Log returns are small: per ten thousand they read without zeros.
BASIS_POINTS = 10_000.0
SHOWN_FEATURES = 15
# Title, column of the card's scoreboard, and how its numbers are written.
SCORES: Mapping[str, tuple[str, tables.Format]] = {
    "Forecasts": ("n", count),
    "R² out of sample": ("r2_os", percent),
    "RMSE": ("rmse", lambda value: share(value, 3)),
    "Clark–West p": ("clark_west_p", figure),
    "Hit rate": ("hit_rate", share),
    "Always up": ("always_up_rate", share),
    "90 % held": ("coverage_90", share),
}


def show(context: Context) -> None:
    """The card of what serves, then where it came from."""
    st.title("Model")
    with context.told("deployed_model"):
        deployed = context.read("deployed_model")
        card = deployed.documents[CARD_FILE]
        window = card["data_window"]
        st.caption(
            f"deployed_model {deployed.version}, stored {instant(deployed.manifest.created_at)} "
            f"({age(deployed.manifest.created_at, context.now)}). {window['sessions']:,} sessions from "
            f"{window['first_session']} to {window['last_session']}, {len(card['features'])} features."
        )
        context.say_outdated(deployed)
        st.markdown("\n".join(f"- {plain(line)}" for line in card["verdict"]))
        say_sample(card)
        horizons = sorted(card["horizons"], key=int)
        chosen = st.segmented_control(
            "Horizon",
            horizons,
            default=horizons[0],
            required=True,
            format_func=lambda h: sessions(int(h)),
            key="horizon",
        )
        entry = card["horizons"][chosen or horizons[0]]
        _candidates(entry, card["candidates"])
        _coefficients(entry)
        _through_time(context)
        _card(deployed, card)
    _history(context)


def _candidates(entry: Mapping[str, Any], described: Mapping[str, str]) -> None:
    st.header("Every candidate beside the benchmark")
    board = pd.DataFrame(entry["scoreboard"])
    names = [f"{model_label(name)}{' (deployed)' if name == entry['model'] else ''}" for name in board["model"]]
    scores = {title: board[column] for title, (column, _) in SCORES.items() if column in board}
    tables.show(
        pd.DataFrame({"Model": names, **scores}),
        formats={title: shown for title, (_, shown) in SCORES.items()},
        alt="Scores of every candidate, out of sample",
    )
    st.caption(
        "Out of sample. R² is the share of the historical mean's squared error removed; RMSE in % of log return; hit "
        "rate: share of right signs, beside that of always saying up; held: outcomes inside the 90 % interval."
    )
    tables.download("Scores as CSV", board, f"scoreboard-{entry['model']}")
    with st.expander("What the candidates are"):
        st.markdown("\n".join(f"- **{plain(model_label(name))}**: {plain(text)}" for name, text in described.items()))


def _coefficients(entry: Mapping[str, Any]) -> None:
    slopes = entry.get("coefficients") or {}
    st.header(f"What {'the closest candidate' if entry['coefficients_of'] != entry['model'] else 'it'} uses")
    if not slopes:
        st.markdown(f"{plain(model_label(entry['coefficients_of']))} has no coefficients.")
        return
    table = pd.DataFrame({"feature": map(feature_label, slopes), "slope": [BASIS_POINTS * s for s in slopes.values()]})
    table = table.assign(size=table["slope"].abs()).nlargest(SHOWN_FEATURES, "size")
    st.vega_lite_chart(
        spec=charts.bars(table, "feature", "slope", "Basis points per standard deviation"),
        alt=f"The {len(table)} largest coefficients of {entry['coefficients_of']}.",
    )
    whose = model_label(entry["coefficients_of"])
    aside = "" if entry["coefficients_of"] == entry["model"] else ", the best candidate, which is not deployed"
    st.caption(
        f"The {len(table)} largest of {len(slopes)} coefficients of {plain(whose)}{aside}. In basis points (0.01 %) "
        "of log return per standard deviation of the feature."
    )
    every = pd.DataFrame({"feature": list(slopes), "coefficient": list(slopes.values())})
    tables.download("Coefficients as CSV", every, f"coefficients-{entry['coefficients_of']}")


def _through_time(context: Context) -> None:
    """The report's own figure: permutation importance of trees, coefficients of linear models, every horizon."""
    with context.told("analysis_report"):
        report = context.read("analysis_report")
        picture = report.files.get(IMPORTANCES)
        if picture is None:
            st.markdown("Of importance through time the report has no figure: the historical mean uses no feature.")
            return
        st.subheader("Through time, at every horizon")
        st.image(
            charts.dark(picture) if st.context.theme.type == "dark" else picture,
            alt=f"Importance of features through time, from the report {report.version}.",
        )
        st.caption(
            "Trees by permutation: what shuffling a feature adds to the error. Linear models by their coefficients. "
            f"A figure of analysis_report {report.version}, made from trained_model "
            f"{report.manifest.provenance.inputs.get('trained_model', 'unknown')}."
        )
        context.say_outdated(report)


def _card(deployed: Stored, card: Mapping[str, Any]) -> None:
    with st.expander("The whole card: intended use, limits, leakage audit"):
        st.markdown("**Intended use**\n" + "\n".join(f"- {plain(line)}" for line in card["intended_use"]))
        st.markdown("**Limits**\n" + "\n".join(f"- {plain(line)}" for line in card["limits"]))
        audited = [
            f"- **{plain(row['name'])}**: {plain(row['question'])} "
            f"{plain('; '.join(row['findings']) or 'Nothing found.')}"
            for row in card.get("leakage_audit", [])
        ]
        st.markdown("**Leakage audit**\n" + "\n".join(audited or ["- Not made."]))
        made_from = ", ".join(f"{asset} {version}" for asset, version in deployed.manifest.provenance.inputs.items())
        st.caption(f"Made from {made_from}.")


def _history(context: Context) -> None:
    st.header("Promotions")
    with context.told("deployed_model"):
        current = stored.current_versions(context.settings)["deployed_model"]
        records = open_store(context.settings).versions("deployed_model")
        rows = [_promotion(context, record, current) for record in records]
        if not rows:
            st.markdown("Nothing was deployed yet.")
            return
        tables.show(pd.DataFrame(rows), alt="Every stored version of the deployed model, newest first")
        st.caption(
            "Every version of deployed_model that is still stored, newest first. A version stands here because it "
            "passed every gate; refused ones leave no version. `spx rollback deployed_model VERSION` returns to one."
        )


def _promotion(context: Context, record: Manifest, current: str | None) -> dict[str, str]:
    row = {
        "Version": record.version,
        "Serves": "now" if record.version == current else "",
        "Stored": instant(record.created_at),
        "Data to": "" if record.last_session is None else day(record.last_session),
    }
    try:
        deployment = stored.of_version(context.settings, "deployed_model", record.version).documents[DEPLOYMENT_FILE]
    except SpxError:
        return {**row, "From": "", "Models": "damaged: `spx verify`", "Gates passed": ""}
    models = sorted(deployment["horizons"].items(), key=lambda item: int(item[0]))
    return {
        **row,
        "From": str(deployment["trained_model"]),
        "Models": ", ".join(f"{horizon}: {model_label(name)}" for horizon, name in models),
        "Gates passed": str(len(deployment["gates_passed"])),
    }
