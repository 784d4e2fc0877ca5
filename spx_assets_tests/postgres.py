"""A PostgreSQL server of the tests' own: Debian's binaries, a new cluster, a free port on loopback."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

OWNER, PASSWORD = "spx", "no secret"
_numbers = itertools.count()


def missing() -> str:
    """Why no server can be started here; empty when one can."""
    if not _binaries():
        return "PostgreSQL is not installed (apt-get install postgresql)"
    try:
        import psycopg2  # noqa: F401, PLC0415  # only whether it is there
    except ModuleNotFoundError:
        return 'psycopg2 is not installed (pip install "spx-assets[postgres]")'
    return ""


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server, without a database at its end; stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="spx-postgres-"))
    identity = _identity(folder)
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    data, port = folder / "data", _free_port()
    rules = ["--auth=scram-sha-256", f"--pwfile={password}", f"--username={OWNER}", "--no-sync", "--locale=C"]
    _run("initdb", f"--pgdata={data}", *rules, "--encoding=UTF8", **identity)
    options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off"}
    flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    running = subprocess.Popen(
        [_binary("postgres"), "-D", str(data), *flags],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        **identity,
    )
    try:
        _await_ready(port, running)
        yield f"postgresql://{OWNER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}"
    finally:
        running.send_signal(signal.SIGQUIT)  # at once: nothing of it is needed any more
        running.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def new_schema(address: str) -> str:
    """The address of an empty schema in a database of the server: as good as a database, and made in no time."""
    name = f"test_{next(_numbers)}"
    _say(address, f"CREATE SCHEMA {name}")
    return f"{address}/postgres?options=-csearch_path%3D{name}"


def new_database(address: str) -> str:
    """The address of an empty database on the server."""
    name = f"test_{next(_numbers)}"
    _say(address, f"CREATE DATABASE {name}")
    return f"{address}/{name}"


def _say(address: str, statement: str) -> None:
    import psycopg2  # noqa: PLC0415  # an extra

    connection = psycopg2.connect(f"{address}/postgres")
    connection.autocommit = True
    try:
        connection.cursor().execute(statement)
    finally:
        connection.close()


def _identity(folder: Path) -> dict[str, Any]:
    """Who runs the server: it refuses to be run by root."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _binaries() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def _binary(name: str) -> str:
    return str(_binaries()[-1] / name)


def _run(name: str, *arguments: str, **identity: Any) -> None:
    subprocess.run([_binary(name), *arguments], check=True, capture_output=True, cwd="/", **identity)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _await_ready(port: int, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    asked = [_binary("pg_isready"), "--host=127.0.0.1", f"--port={port}", "--quiet"]
    while subprocess.run(asked, check=False).returncode != 0:
        assert running.poll() is None, "PostgreSQL ended while it started"
        assert time.monotonic() < deadline, "PostgreSQL did not start within a minute"
        time.sleep(0.05)
