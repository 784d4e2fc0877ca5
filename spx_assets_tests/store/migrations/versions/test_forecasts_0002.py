"""What the database rejects in a new row, whoever writes it: text for numbers, no dates, and a time dated back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from spx_assets.errors import ArtifactCorrupt, StoreUnavailable, UsageError
from spx_assets.store import ledger_database
from spx_assets.store.ledger import Ledger
from spx_assets.store.ledger_schema import columns, forecasts
from spx_assets.store.migrations.versions import forecasts_0002
from spx_assets_tests.store.ledger_entries import MADE_AT, entry, outcome

RAW = {**columns(entry()), "origin": "2018-01-01", "target_session": "2018-01-02", "made_at": "2019-01-01 21:00:00.5"}


def _insert_raw(url: str, values: dict[str, object]) -> None:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    with ledger_database.writing(ledger_database.engine(url)) as connection:
        connection.exec_driver_sql(f"INSERT INTO forecast_ledger ({names}) VALUES ({marks})", tuple(values.values()))


@pytest.mark.parametrize(
    "changed",
    [
        {"forecast": "x"},
        {"benchmark": b"0.1"},
        {"horizon": "one"},
        {"horizon": 1.5},
        {"model": b"ridge"},
        {"origin": "20180101"},
        {"origin": "2018-01-01 00:00"},
        {"target_session": "2018-02-30"},
        {"target_session": "tomorrow"},
        {"made_at": "never"},
        {"made_at": 2458849.5},
        {"made_at": "2019-01-01"},
        {"made_at": "2019-01-01 21:00:00 or so"},
        {"intervals": "no"},
        {"intervals": "[]"},
        {"intervals": '{"0.9": ["low", 0.1]}'},
        {"intervals": '{"0.9": [0.1]}'},
        {"intervals": '{"wide": [0.0, 0.1]}'},
    ],
)
def test_sqlite_rejects_what_is_not_in_its_form(changed: dict[str, object], tmp_path: Path) -> None:
    """Its columns take anything by themselves; a plain connection meets the same rule as our code."""
    ledger = Ledger(url := f"sqlite:///{tmp_path / 'ledger.db'}")

    with pytest.raises(StoreUnavailable, match=r"each in its form|constraint"):
        _insert_raw(url, {**RAW, **changed})
    _insert_raw(url, RAW)

    assert ledger.counts() == (1, 0)


@pytest.mark.parametrize(
    "changed", ["realised = 'up', realised_at = '2019-01-02 21:00:00'", "realised = 0.1, realised_at = 'soon'"]
)
def test_sqlite_rejects_an_outcome_that_is_none(changed: str, tmp_path: Path) -> None:
    """A number and an instant, or nothing."""
    ledger = Ledger(url := f"sqlite:///{tmp_path / 'ledger.db'}")
    ledger.append([entry()])

    with (
        pytest.raises(StoreUnavailable, match="each in its form"),
        ledger_database.writing(ledger_database.engine(url)) as connection,
    ):
        connection.exec_driver_sql(f"UPDATE forecast_ledger SET {changed}")

    assert ledger.counts() == (1, 0)


@pytest.mark.parametrize("intervals", ["no", "[]", '{"0.9": ["low", 0.1]}', '{"0.9": [0.1]}', '{"wide": [0.0, 0.1]}'])
def test_every_database_rejects_intervals_that_are_none(intervals: str, ledger_url: str) -> None:
    """JSON of two numbers per level."""
    ledger = Ledger(ledger_url)

    with pytest.raises(StoreUnavailable), ledger_database.writing(ledger_database.engine(ledger_url)) as connection:
        connection.execute(sa.insert(forecasts).values({**columns(entry()), "intervals": intervals}))

    assert ledger.counts() == (0, 0)


@pytest.mark.parametrize("made_at", [MADE_AT - timedelta(minutes=11), MADE_AT - timedelta(days=300)])
def test_a_forecast_dated_back_is_rejected(made_at: datetime, ledger_url: str) -> None:
    """Whoever knows the outcome cannot say that the forecast was made before it."""
    ledger = Ledger(ledger_url)
    ledger.append([entry()])

    with pytest.raises(StoreUnavailable, match="not made before"):
        ledger.append([entry(1, made_at=made_at)])

    assert [entry()] == ledger.rows()


def test_a_forecast_made_before_its_origin_is_rejected(ledger_url: str) -> None:
    """Also the first of a ledger; at any time of the origin's day it is taken."""
    ledger = Ledger(ledger_url)

    with pytest.raises(StoreUnavailable, match="not made before"):
        ledger.append([entry(made_at=datetime(2017, 12, 31, 23, 59, tzinfo=UTC))])
    assert ledger.append([entry(made_at=datetime(2018, 1, 1, 0, 1, tzinfo=UTC))]) == 1


def test_what_is_in_order_is_taken(ledger_url: str) -> None:
    """Clocks that differ by minutes, entries given in any order, a late origin, and one that is there already."""
    ledger = Ledger(ledger_url)
    later = entry(5, made_at=MADE_AT + timedelta(days=1))

    assert ledger.append([later, entry(7)]) == 2
    assert ledger.append([entry(3, made_at=MADE_AT + timedelta(days=1, minutes=-9))]) == 1
    assert ledger.append([entry(7), entry(7, made_at=MADE_AT - timedelta(days=90))]) == 0
    assert ledger.realise([outcome(7)]) == 1


def test_a_ledger_of_the_version_before_keeps_every_row(ledger_url: str) -> None:
    """Rows that break the rules are there as well, and named by the examination."""
    engine = ledger_database.engine(ledger_url)
    _first_version(engine)
    given = [entry(), entry(1, made_at=MADE_AT - timedelta(days=30))]
    with ledger_database.writing(engine) as connection:
        for each in given:
            connection.execute(sa.insert(forecasts).values(columns(each)))

    ledger = Ledger(ledger_url)

    assert given == ledger.rows()
    with pytest.raises(ArtifactCorrupt, match="row 2: made_at 2018-12-02 21:00 is earlier"):
        ledger.examine()


def test_the_rules_are_not_taken_away() -> None:
    """The step has no way back."""
    with pytest.raises(UsageError, match="not taken away"):
        forecasts_0002.downgrade()


def _first_version(engine: sa.Engine) -> None:
    config = Config()
    config.set_main_option("script_location", "spx_assets.store:migrations")
    with ledger_database.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
