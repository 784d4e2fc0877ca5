"""`audit`: the leakage audit of what is stored, or of the tables in files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spx_assets.commands.printing import Json, say, show, show_json, show_table
from spx_assets.errors import CheckFailed
from spx_assets.home import accepted_candidates, open_store
from spx_assets.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from spx_assets.forecasting import Examination, LeakageAudit

Tables = tuple["pd.DataFrame", "pd.DataFrame", "pd.DataFrame"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: spx audit --json")(audit)


def audit(
    inputs: Annotated[
        list[Path] | None,
        typer.Option("--input", help="Tables of earlier tasks, raw_market among them; what is stored when left out."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Try every way in which a forecast could know its future. Exit status 3 when a leak is found."""
    from spx_assets import tasks  # noqa: PLC0415  # pandas and the rooms

    settings = Settings.load()
    observations, cleaned, evaluation = _given(inputs) if inputs else _stored(settings)
    say("rebuilding, cutting off, shuffling …")
    found = tasks.leakage_audit(
        observations, cleaned, evaluation, settings, accepted=accepted_candidates(settings), progress=_done
    )
    if as_json:
        show_json(found.record)
    else:
        _print(found)
    if not found.passed:
        raise CheckFailed(
            f"The audit found {len(found.findings)} leaks",
            evidence="; ".join(f"{finding.where}: {finding.evidence}" for finding in found.findings[:5]),
            way_out="Trust no score of these tables until each is explained.",
        )


def _done(made: Examination) -> None:
    say(f"{made.name}: {made.looked_at}: {'passed' if made.passed else f'{len(made.findings)} findings'}")


def _print(found: LeakageAudit) -> None:
    show_table(
        [{"examination": each.name, "passed": each.passed, "looked at": each.looked_at} for each in found.examinations]
    )
    for each in found.examinations:
        for finding in each.findings:
            show(f"{each.name}: {finding.where}: {finding.evidence}")
    show()
    show(f"{len(found.findings)} findings in {len(found.examinations)} examinations.")


def _stored(settings: Settings) -> Tables:
    from spx_assets import artifacts  # noqa: PLC0415  # pandas

    store = open_store(settings)
    observations, cleaned, evaluation = (
        artifacts.table_of(store.read(name)) for name in ("raw_market", "cleaned_data", "walk_forward")
    )
    return observations, cleaned, evaluation


def _given(inputs: list[Path]) -> Tables:
    from spx_assets.commands import files  # noqa: PLC0415  # pandas and the rooms

    given = files.Given.read(inputs, say=say)
    return given.observations, given.cleaned, given.evaluation
