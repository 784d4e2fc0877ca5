"""The model card for a reader: one table for the asset graph, and the whole of it in Markdown.

Only what the card says, in words and tables; nothing is computed here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd


def card_table(card: Mapping[str, Any]) -> pd.DataFrame:
    """One row per horizon: what is deployed, its settings, and its scores in and out of sample."""
    rows = []
    for horizon, entry in card["horizons"].items():
        train, test = entry["train"], entry["test"]
        rows.append(
            {
                "horizon": int(horizon),
                "model": entry["model"],
                "hyperparameters": _settings(entry["hyperparameters"]) or "none",
                "train R²": train["r2"],
                "test R²": test["r2"],
                "R²_OS": test["r2_os"],
                "train RMSE": train["rmse"],
                "test RMSE": test["rmse"],
                "hit rate": test["hit_rate"],
                "Clark–West p": test["clark_west_p"],
                "coverage of 90 %": test["coverage_90"],
                "skill": entry["skill"],
            }
        )
    return pd.DataFrame(rows)


def card_markdown(card: Mapping[str, Any]) -> str:
    """The card for a reader."""
    window = card["data_window"]
    inputs = ", ".join(f"{asset} `{version}`" for asset, version in card["inputs"].items()) or "not recorded"
    sections = [
        "## Verdict\n\n" + _bullets(card["verdict"]),
        "## Models\n\n" + _markdown_table(card_table(card)),
        "Served as: " + "; ".join(f"{h} sessions: {entry['served_as']}" for h, entry in card["horizons"].items()) + ".",
        "## Every candidate judged\n\n" + _judged(card),
        "## The best of several\n\n" + _bullets(_multiplicity(card)),
        "## Intervals of the deployed models\n\n" + _intervals(card),
        "## Worth to an investor\n\n" + _worth(card),
        f"## Data\n\n{window['sessions']:,} sessions from {window['first_session']} to {window['last_session']}.",
        _bullets(list(card.get("sample", {}).get("notes", []))),
        f"Inputs: {inputs}.",
        f"{len(card['features'])} features: {', '.join(card['features'])}.",
        "## Candidates\n\n" + _bullets([f"`{name}`: {text}" for name, text in card["candidates"].items()]),
        "## Leakage audit\n\n" + _bullets([_audited(row) for row in card.get("leakage_audit", [])] or ["Not made."]),
        "## Intended use\n\n" + _bullets(card["intended_use"]),
        "## Limits\n\n" + _bullets(card["limits"]),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _judged(card: Mapping[str, Any]) -> str:
    """Every model at every horizon, with the tests of each."""
    rows = [
        {
            "horizon": int(horizon),
            "model": f"**{row['model']}**" if row["model"] == entry["model"] else row["model"],
            "n": row["n"],
            "R²_OS": row["r2_os"],
            "Clark–West p": row["clark_west_p"],
            "Diebold–Mariano p": row["diebold_mariano_p"],
            "Pesaran–Timmermann p": row["pesaran_timmermann_p"],
            "hit rate": row["hit_rate"],
            "90 % set": "in" if row["model"] in entry["comparison"]["confidence_set"] else "out",
        }
        for horizon, entry in card["horizons"].items()
        for row in entry["scoreboard"]
    ]
    return _markdown_table(pd.DataFrame(rows))


def _multiplicity(card: Mapping[str, Any]) -> list[str]:
    """What was tried, and what is left of the best of it."""
    trials = card["trials"]
    lines = [f"{trials['count']:,} trials so far: candidates with their settings, each horizon counted by itself."]
    for horizon, entry in card["horizons"].items():
        found = entry["comparison"]
        if found["superior_ability_best"] is None:
            lines.append(f"{horizon}: nothing to compare.")
            continue
        best = f"the best of {found['evaluated']} ({found['superior_ability_best']})"
        lines.append(
            f"{horizon}: superior predictive ability of {best} p = {_shown(found['superior_ability_p'])}, "
            f"for all {found['tried']} tried p = {_shown(found['superior_ability_p_of_all_tried'])}; "
            f"the 90 % confidence set keeps {', '.join(found['confidence_set'])}."
        )
    return lines


def _intervals(card: Mapping[str, Any]) -> str:
    """The deployed models' intervals at every level."""
    rows = [
        {
            "horizon": int(horizon),
            "level": row["level"],
            "n": row["n"],
            "coverage": row["coverage"],
            "Kupiec p": row["kupiec_p"],
            "independence p": row["independence_p"],
            "Christoffersen p": row["christoffersen_p"],
            "mean width": row["mean_width"],
            "Winkler": row["winkler"],
            "pinball lower": row["pinball_lower"],
            "pinball upper": row["pinball_upper"],
        }
        for horizon, entry in card["horizons"].items()
        for row in entry["intervals"]
    ]
    return _markdown_table(pd.DataFrame(rows))


def _worth(card: Mapping[str, Any]) -> str:
    """What the candidate worth a closer look gained over the historical mean, at every cost."""
    rows = [
        {
            "horizon": int(horizon),
            "model": row["model"],
            "cost (bp)": row["cost_bp"],
            "gain a year": row["ce_gain"],
            "90 % interval": f"{_shown(row['ce_gain_lower'])} to {_shown(row['ce_gain_upper'])}",
            "Sharpe": row["sharpe"],
            "90 % interval of it": f"{_shown(row['sharpe_lower'])} to {_shown(row['sharpe_upper'])}",
            "Sharpe of the mean": row["sharpe_benchmark"],
            "deflated Sharpe": row["deflated_sharpe"],
            "turnover a year": row["turnover"],
        }
        for horizon, entry in card["horizons"].items()
        for row in entry["economic_value"]
        if row["model"] == entry["coefficients_of"]
    ]
    return _markdown_table(pd.DataFrame(rows))


def _audited(row: Mapping[str, Any]) -> str:
    return (
        f"{row['name']}: {row['question']} {'Passed' if row['passed'] else 'Failed'} ({row['looked_at']}{_found(row)})."
    )


def _found(row: Mapping[str, Any]) -> str:
    return "".join(f"; {finding}" for finding in row["findings"])


def _settings(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in settings.items())


def _bullets(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _markdown_table(table: pd.DataFrame) -> str:
    lines = ["| " + " | ".join(table.columns) + " |", "|" + " --- |" * table.shape[1]]
    lines += ["| " + " | ".join(_shown(value) for value in row) + " |" for row in table.itertuples(index=False)]
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
