"""What the report reads from a model card: the deployed models, how they were fitted, limits, inputs.

A card may lack anything: what it does not say is empty here, and a sentence in the report.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fitted:
    """One horizon's deployed model: settings, training window (ISO dates), in-sample and out-of-sample R².

    `effects` are standardised coefficients (log return per standard deviation) of `effects_of`: the deployed
    model, or the best linear candidate when the historical mean, which has none, is deployed.
    """

    horizon: int
    model: str
    hyperparameters: str
    first_session: str
    last_session: str
    train_r2: float
    test_r2: float
    effects_of: str
    effects: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Card:
    """The card's horizons, what the model is for, its limits, the versions of its inputs, notes on the sample."""

    fitted: tuple[Fitted, ...]
    intended_use: tuple[str, ...]
    limits: tuple[str, ...]
    inputs: Mapping[str, str]
    sample_notes: tuple[str, ...] = ()

    @property
    def deployed(self) -> dict[int, str]:
        """Model by horizon."""
        return {one.horizon: one.model for one in self.fitted}


def read_card(card: Mapping[str, Any]) -> Card:
    """The card as values, tolerant of what is absent; a horizon without a model is left out."""
    return Card(
        tuple(_fitted(horizon, entry) for horizon, entry in entries_by_horizon(card).items() if entry.get("model")),
        _sentences(card.get("intended_use")),
        _sentences(card.get("limits")),
        {str(asset): str(version) for asset, version in _part(card, "inputs").items()},
        _sentences(_part(card, "sample").get("notes")),
    )


def entries_by_horizon(card: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    """The card's entries, the shortest horizon first; empty where it has none."""
    return dict(sorted((int(horizon), entry) for horizon, entry in _part(card, "horizons").items()))


def skill_verdicts(card: Mapping[str, Any]) -> dict[int, tuple[str, bool]]:
    """By horizon the sentence on skill and whether it is a significant gain, as the card says them."""
    return {
        horizon: (str(entry["statement"]), bool(entry.get("skill")))
        for horizon, entry in entries_by_horizon(card).items()
        if entry.get("statement")
    }


def number_in(entry: Mapping[str, Any], name: str) -> float:
    """A number of an entry, NaN where it is null or not there."""
    value = entry.get(name)
    return math.nan if value is None else float(value)


def _fitted(horizon: int, entry: Mapping[str, Any]) -> Fitted:
    window = _part(entry, "training_window")
    return Fitted(
        horizon,
        str(entry["model"]),
        _settings(_part(entry, "hyperparameters")),
        str(window.get("first_session", "")),
        str(window.get("last_session", "")),
        number_in(_part(entry, "train"), "r2"),
        number_in(_part(entry, "test"), "r2_os"),
        str(entry.get("coefficients_of") or entry["model"]),
        {str(name): float(value) for name, value in _part(entry, "coefficients").items() if value is not None},
    )


def _part(entry: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return entry.get(name) or {}


def _settings(settings: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} = {value:.6g}" if isinstance(value, float) else f"{name} = {value}" for name, value in settings.items()
    )


def _sentences(text: str | list[str] | None) -> tuple[str, ...]:
    if not text:
        return ()
    return (text,) if isinstance(text, str) else tuple(str(sentence) for sentence in text)
