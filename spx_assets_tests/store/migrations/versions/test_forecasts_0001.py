"""What the database itself refuses, whoever asks and however: nothing but a missing outcome can change."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from spx_assets.errors import StoreUnavailable, UsageError
from spx_assets.store import ledger_database
from spx_assets.store.ledger import Ledger
from spx_assets.store.ledger_schema import forecasts
from spx_assets.store.migrations.versions import forecasts_0001
from spx_assets_tests.store.ledger_entries import entry, outcome

FILLED = "realised = 0.5, realised_at = '2019-01-02 21:00:00'"

COLUMNS = "origin, target_session, horizon, model, model_version, data_version, forecast, benchmark, intervals, made_at"
INSERT_WITH_OUTCOME = f"""
INSERT INTO forecast_ledger ({COLUMNS}, realised, realised_at)
SELECT {COLUMNS.replace("origin", "'2018-02-01'").replace("target_session", "'2018-02-02'")}, realised, realised_at
FROM forecast_ledger WHERE realised IS NOT NULL"""


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    """A ledger with two forecasts, of which the first has its outcome."""
    ledger = Ledger(ledger_url)
    ledger.append([entry(0), entry(1)])
    ledger.realise([outcome(0)])
    return ledger


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM forecast_ledger",
        "DELETE FROM forecast_ledger WHERE horizon = 1",
        "UPDATE forecast_ledger SET forecast = 0.2",
        f"UPDATE forecast_ledger SET {FILLED}",
        f"UPDATE forecast_ledger SET {FILLED}, forecast = 0.2 WHERE realised IS NULL",
        f"UPDATE forecast_ledger SET {FILLED}, id = 9 WHERE realised IS NULL",
        "UPDATE forecast_ledger SET realised = NULL, realised_at = NULL",
        "UPDATE forecast_ledger SET realised = 0.5 WHERE realised IS NULL",
        "UPDATE forecast_ledger SET made_at = '2000-01-01 00:00:00'",
        INSERT_WITH_OUTCOME,
    ],
)
def test_every_other_change_is_refused(statement: str, ledger: Ledger, ledger_url: str) -> None:
    """A plain connection, which knows nothing of our code, changes nothing."""
    before = ledger.rows()

    with (
        pytest.raises(StoreUnavailable, match=r"append-only|constraint"),
        ledger_database.writing(ledger_database.engine(ledger_url)) as connection,
    ):
        connection.exec_driver_sql(statement)

    assert before == ledger.rows()


def test_truncating_is_refused_too(postgres_schema: str) -> None:
    """PostgreSQL's way around deletion."""
    ledger = Ledger(postgres_schema)
    ledger.append([entry()])

    with (
        pytest.raises(StoreUnavailable, match="append-only"),
        ledger_database.writing(ledger_database.engine(postgres_schema)) as connection,
    ):
        connection.exec_driver_sql("TRUNCATE forecast_ledger")

    assert [entry()] == ledger.rows()


@pytest.mark.parametrize("statement", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_replacing_a_row_changes_nothing(statement: str, tmp_path: str) -> None:
    """SQLite's way around deletion, whose triggers it does not fire."""
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db")
    ledger.append([entry()])

    with ledger_database.writing(ledger_database.engine(f"sqlite:///{tmp_path}/ledger.db")) as connection:
        connection.exec_driver_sql(
            f"{statement} INTO forecast_ledger (id, {COLUMNS}) "
            f"SELECT id, {COLUMNS.replace('forecast,', '9.0,')} FROM forecast_ledger"
        )

    assert [entry()] == ledger.rows()


@pytest.mark.parametrize("changed", [{"horizon": 0}, {"forecast": 10.5}, {"benchmark": -11.0}])
def test_a_forecast_that_cannot_be_is_refused(changed: dict[str, float], ledger_url: str) -> None:
    """No horizon of nothing, no return of a factor of twenty thousand; PostgreSQL's NaN counts as more."""
    ledger = Ledger(ledger_url)

    with pytest.raises(StoreUnavailable, match="constraint"):
        ledger.append([entry(**changed)])
    assert ledger.counts() == (0, 0)


def test_not_a_number_is_no_number_to_the_database(postgres_schema: str) -> None:
    """PostgreSQL keeps NaN in a column of numbers, unless a constraint says no."""
    Ledger(postgres_schema)
    values = {name: value for name, value in _columns().items() if name != "forecast"} | {"forecast": float("nan")}

    with (
        pytest.raises(StoreUnavailable, match="constraint"),
        ledger_database.writing(ledger_database.engine(postgres_schema)) as connection,
    ):
        connection.execute(sa.insert(forecasts).values(values))


def test_a_ledger_is_not_unmade() -> None:
    """The step has no way back."""
    with pytest.raises(UsageError, match="append-only"):
        forecasts_0001.downgrade()


def _columns() -> dict[str, object]:
    from spx_assets.store.ledger_schema import columns  # noqa: PLC0415  # beside its only use

    return columns(entry())
