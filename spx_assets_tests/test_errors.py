"""Errors have three parts, an exit status, and survive the way between processes."""

from __future__ import annotations

import pickle

import pytest

from spx_assets import errors

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.SpxError)]


def test_the_message_reads_as_one_sentence_and_a_way_out() -> None:
    """What was wrong with which thing: the evidence. What to do next."""
    error = errors.DataRefused("a.csv is empty", evidence="0 bytes", way_out="Export it again.")

    assert str(error) == "a.csv is empty: 0 bytes. Export it again."


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_in_the_tree_with_its_status(kind: type[errors.SpxError]) -> None:
    """The tree at the top of the module shows each class and its exit status."""
    (line,) = [line for line in (errors.__doc__ or "").splitlines() if f"{kind.__name__} " in line]

    assert f" {kind.exit_status} " in line


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_survives_another_process(kind: type[errors.SpxError]) -> None:
    """Executors in other processes send errors back pickled."""
    error = kind("what", evidence="evidence", way_out="way out")

    back = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes

    assert (type(back), str(back), back.way_out) == (kind, str(error), "way out")
