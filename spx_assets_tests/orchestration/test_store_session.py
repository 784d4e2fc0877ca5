"""The store as one run sees it: inputs remembered, values encoded once, no lost update."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spx_assets.errors import WriteConflict
from spx_assets.orchestration.store_session import StoreSession
from spx_assets.settings import Settings


@pytest.fixture
def session(home: Path) -> StoreSession:
    """A session over a home in which everything was run once."""
    return StoreSession(Settings.load({}, home=home))


def test_what_a_reader_loaded_are_its_inputs(session: StoreSession) -> None:
    """By reader, itself left out."""
    session.load("raw_market", reader="raw_market")
    session.load("raw_market", reader="cleaned_data")

    assert session.inputs("raw_market") == {}
    assert session.inputs("cleaned_data") == {"raw_market": session.store.current("raw_market")}


def test_what_was_never_made_is_none(tmp_path: Path) -> None:
    """A first run starts from nothing, without an error."""
    empty = StoreSession(Settings.load({}, home=tmp_path))

    assert empty.load_if_any("raw_market", reader="raw_market") is None
    assert empty.main_home_value("raw_market") is None


def test_the_same_value_is_encoded_once(session: StoreSession) -> None:
    """Asked for its version and then committed, a table is turned into bytes once."""
    table = session.load("next_forecast", reader="x")

    assert session.payload("next_forecast", table) is session.payload("next_forecast", table)


def test_rolling_back_undoes_no_trial(session: StoreSession) -> None:
    """What was tried stays counted while its version is stored and whole; a damaged one does not stop the next."""
    first = session.store.read("walk_forward").version
    known = session.trials()
    table = session.load("walk_forward", reader="x")
    tried = session.add_trials([replace(known[0], candidate="elastic_net")])
    newer = session.commit("walk_forward", table).version

    session.store.rollback("walk_forward", first)

    assert len(tried) == len(known) + 1
    assert session.trials() == tried
    (session.folder("walk_forward", newer) / "trials.json").write_bytes(b"{}")
    assert session.trials() == known


def test_a_writer_that_built_on_an_older_version_is_refused(session: StoreSession, home: Path) -> None:
    """Two runs that both merged into the same last version: the second must read again."""
    other = StoreSession(Settings.load({}, home=home))
    mine, theirs = (each.load("raw_market", reader="raw_market") for each in (session, other))
    other.commit("raw_market", theirs.iloc[:-1])

    with pytest.raises(WriteConflict):
        session.commit("raw_market", mine.iloc[:-2])


def test_an_as_of_run_reads_the_main_home(home: Path) -> None:
    """From its own home, a run as of a date still finds what the main home knows."""
    then: dict[str, Any] = {"as_of": "2017-06-30", "home": home}

    value = StoreSession(Settings.load({}, **then)).main_home_value("raw_market")

    assert value is not None
    assert len(value) > 30_000


def test_what_differs_by_rounding_alone_keeps_the_stored_version(session: StoreSession) -> None:
    """With equal inputs, code and settings; another input, code or setting, or a larger difference, makes a new one."""
    table = session.load("walk_forward", reader="x")
    settings, codes = session.settings, {"walk_forward": "0" * 12}

    def opened(settings: Settings, codes: dict[str, str]) -> StoreSession:
        other = StoreSession(settings, codes)
        other.load("cleaned_data", reader="walk_forward")
        other.add_trials([])
        return other

    def version(factor: float, settings: Settings = settings, codes: dict[str, str] = codes) -> str:
        return (
            opened(settings, codes).payload("walk_forward", table.assign(forecast=table["forecast"] * factor)).version
        )

    stored = opened(settings, codes).commit("walk_forward", table.assign(forecast=table["forecast"] * 2)).version

    assert version(2 * (1 + 4e-16)) == stored
    assert version(2 * (1 + 1e-9)) != stored
    assert version(2 * (1 + 4e-16), codes={"walk_forward": "1" * 12}) != stored
    assert version(2 * (1 + 4e-16), settings=settings.model_copy(update={"first_train": 300})) != stored
