"""When a service is ready, what must be free before it starts, and the signals that ask for a stop."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from spx_assets.commands import services
from spx_assets.errors import UsageError
from spx_assets.orchestration import observation
from spx_assets.serving.client import Client
from spx_assets_tests.serving.running import Running


def test_a_socket_is_ready_while_somebody_listens_at_it(tmp_path: Path) -> None:
    """Neither before it is there, nor when a killed process left it behind."""
    ready = services.listens(tmp_path / "code.sock")
    states = [ready()]
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "code.sock"))
        server.listen()
        states.append(ready())
    states.append(ready())

    assert states == [False, True, False]


@pytest.mark.parametrize("number", services.STOP_SIGNALS)
def test_a_signal_is_collected_and_the_old_handler_comes_back(number: int) -> None:
    """Inside, Ctrl-C and a closed terminal are entries of a list; outside they are what they were."""
    before = services.signal.getsignal(number)

    with services.stop_signals() as asked:
        os.kill(os.getpid(), number)

    assert asked == [number]
    assert before == services.signal.getsignal(number)


def test_a_taken_port_is_refused_with_another() -> None:
    """The message names the setting to change."""
    with socket.socket() as listener:
        listener.bind((services.LOOPBACK, 0))
        listener.listen()
        port = listener.getsockname()[1]

        with pytest.raises(UsageError, match=f"SPX_GRAPH_PORT={port + 1}"):
            services.require_free(port, "SPX_GRAPH_PORT")


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_loopback_goes_through_no_proxy(name: str, monkeypatch: pytest.MonkeyPatch, served: Running) -> None:
    """Whoever asks a service of ours, with its token: the proxy of the environment hears nothing of it."""
    with socket.socket() as proxy:
        proxy.bind(("127.0.0.1", 0))
        proxy.listen()
        proxy.settimeout(0.0)
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)

        assert services.answers(f"{served.url}/v2/health/ready")()
        assert "http_requests_total" in observation.get(f"{served.url}/metrics", "secret")
        with Client(served.url, "secret") as client:
            assert client.ready().ready
        with pytest.raises(BlockingIOError):
            proxy.accept()


def test_a_home_is_served_by_one_process(tmp_path: Path) -> None:
    """The second is told of the first by process and address; when the first ends, or is killed, the home is free."""
    code = (
        "import sys, pathlib\n"
        "from spx_assets.commands.services import only_one\n"
        "with only_one(pathlib.Path(sys.argv[1]), 'spx up', {'API': 'http://127.0.0.1:8000'}):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(UsageError) as caught, services.only_one(tmp_path, "spx graph", {}):
            pass
        with pytest.raises(UsageError, match="already running"):
            services.require_unserved(tmp_path)
        first.kill()
        first.wait()

    assert "spx up is already running" in caught.value.what
    assert caught.value.evidence == f"process {first.pid}: API http://127.0.0.1:8000"
    assert (tmp_path / services.RUN_FILE).exists()
    services.require_unserved(tmp_path)
    with services.only_one(tmp_path, "spx up", {}):
        assert (tmp_path / services.RUN_FILE).exists()
    assert not (tmp_path / services.RUN_FILE).exists()
