"""The ledger keeps every forecast once and every outcome once, whoever writes and however many."""

from __future__ import annotations

import math
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from spx_assets.errors import UsageError
from spx_assets.store.ledger import CHUNK, Ledger
from spx_assets.store.ledger_row import LedgerRow, Outcome, Pending
from spx_assets_tests.store.ledger_entries import entry, outcome

SESSIONS = 20


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    """An empty ledger."""
    return Ledger(ledger_url)


def test_a_forecast_comes_back_as_it_was_made(ledger: Ledger) -> None:
    """Every number to the bit, every instant with its zone."""
    assert ledger.append([entry()]) == 1
    assert [entry()] == ledger.rows()


def test_a_forecast_is_kept_once(ledger: Ledger) -> None:
    """The second of the same origin, horizon and model version adds nothing and changes nothing."""
    ledger.append([entry()])

    assert ledger.append([entry(forecast=0.9, data_version="other"), entry(forecast=0.8)]) == 0
    assert [entry()] == ledger.rows()
    assert ledger.append([entry(version="another"), entry(horizon=5), entry(1)]) == 3


def test_many_forecasts_go_in_at_once(ledger: Ledger) -> None:
    """More than one statement can carry."""
    many = [entry(session) for session in range(CHUNK + 1)]

    assert ledger.append(many) == CHUNK + 1
    assert ledger.append([]) == 0
    assert many == ledger.rows()


def test_an_outcome_is_filled_once_for_every_version(ledger: Ledger) -> None:
    """A later one for the same span changes nothing; other spans stay open."""
    ledger.append([entry(), entry(version="another"), entry(horizon=5)])

    assert ledger.realise([outcome(realised=0.02)]) == 2
    assert ledger.realise([outcome(realised=0.03)]) == 0
    assert [(1, 0.02), (1, 0.02), (5, None)] == [(row.horizon, row.realised) for row in ledger.rows()]
    assert ledger.counts() == (3, 2)
    assert ledger.pending() == [Pending(date(2018, 1, 1), date(2018, 1, 6), 5)]


def test_rows_are_the_newest_of_a_horizon(ledger: Ledger) -> None:
    """In the order of their origins, oldest first."""
    ledger.append([entry(session, horizon) for session in range(4) for horizon in (1, 5)])

    assert [entry(2, 5), entry(3, 5)] == ledger.rows(horizon=5, limit=2)
    assert [entry(3, 1), entry(3, 5)] == ledger.rows(limit=2)


@pytest.mark.parametrize(
    "broken",
    [
        entry(forecast=math.nan),
        entry(benchmark=math.inf),
        entry(realised=0.1, realised_at=datetime(2019, 1, 3, tzinfo=UTC)),
        entry(made_at=datetime(2019, 1, 1)),  # noqa: DTZ001  # an instant without a zone is the point
    ],
)
def test_what_is_no_forecast_yet_is_refused(broken: LedgerRow, ledger: Ledger) -> None:
    """Numbers are finite, instants have a zone, and the outcome comes later."""
    with pytest.raises(UsageError):
        ledger.append([entry(1), broken])
    assert ledger.rows() == []


def test_an_outcome_that_is_no_number_is_refused(ledger: Ledger) -> None:
    """And nothing is filled."""
    ledger.append([entry()])
    with pytest.raises(UsageError, match="not a finite number"):
        ledger.realise([outcome(realised=0.1), Outcome(date(2018, 1, 2), 1, math.nan, datetime.now(UTC))])

    assert ledger.counts() == (1, 0)


def test_three_writers_at_once_lose_and_double_nothing(ledger_url: str) -> None:
    """Processes that open a ledger which is not there, append the same and their own, and fill the same outcomes."""
    writers = [_writer(ledger_url, number, (0, SESSIONS)) for number in ("1", "2", "3")]
    printed = [tuple(map(int, writer.communicate(timeout=120)[0].split())) for writer in writers]
    rows = Ledger(ledger_url).rows()

    assert [0, 0, 0] == [writer.returncode for writer in writers]
    assert SESSIONS * (2 + 3) == len(rows) == len({row.key for row in rows}) == sum(new for new, _ in printed)
    assert SESSIONS * 4 == Ledger(ledger_url).counts()[1]
    # The first to fill a span filled it for the versions that were there; each row has one writer's outcome, whole.
    assert {0.01, 0.02, 0.03} >= {row.realised for row in rows if row.horizon == 1}


def test_a_writer_killed_at_work_leaves_whole_transactions(tmp_path: Path) -> None:
    """Both rows of a session, or neither; and the next writer goes on at once."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    ledger = Ledger(url)
    writer = _writer(url, "1", (0, 100_000))
    while ledger.counts()[0] < 30:
        assert writer.poll() is None
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    made, _ = ledger.counts()

    assert made % 3 == 0
    assert ledger.append([entry(made // 3, made_at=datetime.now(UTC))]) == 1


def test_an_address_has_no_password(ledger: Ledger) -> None:
    """It may be shown."""
    assert "secret" not in ledger.address


def _writer(url: str, number: str, sessions: tuple[int, int]) -> subprocess.Popen[str]:
    module = "spx_assets_tests.store.ledger_entries"
    arguments = [url, number, *map(str, sessions)]
    return subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True)
