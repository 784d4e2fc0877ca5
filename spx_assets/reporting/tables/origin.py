"""Tables of origin: how the models were fitted, what was read, software, published figures."""

from __future__ import annotations

from spx_assets.reporting.card import Card
from spx_assets.reporting.labels import model_label, number, sessions
from spx_assets.reporting.perspective import Perspective
from spx_assets.reporting.provenance import Digest
from spx_assets.reporting.table import Column, Table


def fitted_models(card: Card) -> Table:
    """What is deployed and how it was fitted."""
    columns = (
        Column("horizon", "left"),
        Column("deployed", "left"),
        Column("settings", "left", wrap=True),
        Column("trained on sessions", "left"),
        Column("R² in\nsample, %"),
        Column("R² out of\nsample, %"),
    )
    rows = tuple(
        (
            sessions(one.horizon),
            model_label(one.model),
            one.hyperparameters or "–",
            f"{one.first_session} to {one.last_session}" if one.first_session else "–",
            number(100 * one.train_r2, 2, signed=True),
            number(100 * one.test_r2, 2, signed=True),
        )
        for one in card.fitted
    )
    return Table(columns, rows)


def inputs(versions: tuple[tuple[str, str], ...], digests: tuple[Digest, ...]) -> Table:
    """Everything read: its version, whole, so that it can be looked up in the store; its rows and their digest."""
    columns = (
        Column("input", "left"),
        Column("version", "left"),
        Column("rows"),
        Column("digest of the values", "left"),
    )
    known = dict(versions)
    read = {one.name: one for one in digests}
    rows = tuple(
        (
            name,
            known.get(name, "–"),
            f"{read[name].rows:,}" if name in read else "–",
            read[name].sha256 if name in read else "–",
        )
        for name in dict.fromkeys([*known, *read])
    )
    return Table(columns, rows)


def software(rows: tuple[tuple[str, str], ...]) -> Table:
    """What computed and drew."""
    return Table((Column("software", "left"), Column("version", "left")), rows)


def published(finding: Perspective) -> Table:
    """The published figures, with their sources."""
    columns = (
        Column("forecast of the monthly return", "left"),
        Column("years", "left"),
        Column("R² out of\nsample, %"),
        Column("source", "left"),
    )
    rows = tuple(
        (one.forecast, one.years, number(100 * one.r2_os, 2, signed=True), cited(one.source))
        for one in finding.published
    )
    return Table(columns, rows)


def cited(source: str) -> str:
    """Authors and year of a source, without the journal."""
    return source.split(")", maxsplit=1)[0] + ")"
