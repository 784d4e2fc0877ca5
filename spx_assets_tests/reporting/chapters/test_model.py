"""The chapter on the model."""

from __future__ import annotations

from dataclasses import replace

from spx_assets.reporting import Findings
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.chapters.model import explained


def test_what_is_explained_but_does_not_serve_is_said(made: Findings) -> None:
    """Coefficients of a rival are never taken for those of what serves."""
    said = explained(made)
    assert said.startswith("Not deployed, shown because it came closest: ridge at 1 session, ridge at 5 sessions")
    assert said.endswith("The historical mean that serves there uses no feature at all.")


def test_what_serves_is_named_first(made: Findings) -> None:
    """Deployed and not deployed stand apart."""
    assert not isinstance(made.usage, Absent)
    paths = tuple(replace(path, deployed=path.horizon == 5) for path in made.usage.paths)
    said = explained(replace(made, usage=replace(made.usage, paths=paths)))
    assert said.startswith("Deployed and shown: ridge at 5 sessions. Not deployed")


def test_nothing_fitted_is_a_sentence(bare: Findings) -> None:
    """The mean uses no feature."""
    assert isinstance(bare.usage, Absent)
    assert explained(bare) == bare.usage.sentence
