"""Models swapped under load: no request is lost, and none is answered by a mixture of two versions."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from spx_assets.home import open_store
from spx_assets.settings import Settings
from spx_assets_tests.faults.service import ask, asked, connected, copied, last_row, metric, redeployed
from spx_assets_tests.serving.running import Running, running

PATH = "/v1/predictions"


class Client(threading.Thread):
    """Asks the same until told to stop; keeps what was wrong, and which versions answered."""

    def __init__(self, service: Running, body: bytes, expected: Mapping[str, float]) -> None:
        super().__init__(daemon=True)
        self.service, self.body, self.expected = service, body, expected
        self.stopping = threading.Event()
        self.wrong: list[str] = []
        self.answers = 0
        self.seen: set[str] = set()

    def run(self) -> None:
        """Ask on one connection, over and over."""
        with connected(self.service) as connection:
            while not self.stopping.is_set():
                try:
                    answer = asked(connection, "POST", PATH, self.body)
                    version, forecast = answer.value["model_version"], answer.value["predictions"][0]["forecast"]
                except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
                    self.wrong.append(repr(error))
                    return
                self.answers += 1
                self.seen.add(version)
                if forecast != self.expected[version]:
                    self.wrong.append(f"{version} gave {forecast!r}")


def swapped(home: Path, *, swaps: int, workers: int, clients: int) -> tuple[list[Client], float]:
    """Move CURRENT among four versions while clients ask; the clients, and how many swaps the workers counted."""
    store = open_store(Settings.load({}, home=home))
    versions = [str(store.current("deployed_model")), *(redeployed(home, 0.001 * number) for number in (1, 2, 3))]
    body = json.dumps({"rows": [last_row(home)]}).encode()
    expected: dict[str, float] = {}
    with running(home, home / "serve.log", api_workers=str(workers)) as service:
        for version in versions:
            store.rollback("deployed_model", version)
            expected[version] = _answered_by(service, version, body)
        asking = [Client(service, body, expected) for _ in range(clients)]
        for client in asking:
            client.start()
        before = metric(service, "spx_model_swaps_total")
        for number in range(swaps):
            store.rollback("deployed_model", versions[number % len(versions)])
            _answered_by(service, versions[number % len(versions)], body)
        for client in asking:
            client.stopping.set()
            client.join(30)
        return asking, metric(service, "spx_model_swaps_total") - before


def _answered_by(service: Running, version: str, body: bytes) -> float:
    """The forecast of a version, once it serves."""
    until = time.monotonic() + 30
    while True:
        answer: Any = ask(service, "POST", PATH, body).value
        if answer["model_version"] == version:
            return float(answer["predictions"][0]["forecast"])
        assert time.monotonic() < until, f"{version} does not serve"
        time.sleep(0.02)


@pytest.mark.parametrize("swaps", [4, pytest.param(500, marks=pytest.mark.slow)])
def test_every_answer_is_its_own_versions(swaps: int, ran: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Two workers, three clients without a pause: nothing fails, and each answer is what its version forecasts."""
    asking, counted = swapped(copied(ran[0], tmp_path / "home"), swaps=swaps, workers=2, clients=3)

    assert [client.wrong for client in asking] == [[], [], []]
    assert len(set().union(*(client.seen for client in asking))) == 4
    assert min(client.answers for client in asking) > swaps
    assert counted >= swaps
