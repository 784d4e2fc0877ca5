"""The command line as a whole: it starts fast, lists its commands, and ends with the documented status."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from spx_assets import cli
from spx_assets.errors import NotFound, SpxError
from spx_assets_tests.product import command, environment, spx

COMMANDS = """
run up ingest clean evaluate train report
forecast versions rollback verify sign doctor settings export export-model
"""
HEAVY = {"dagster", "pandas", "numpy", "sklearn", "matplotlib", "pandera"}


def test_help_imports_nothing_heavy() -> None:
    """`spx --help` costs no pandas, no Dagster, no scikit-learn."""
    ask = "import sys, spx_assets.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.split()

    assert HEAVY & set(loaded) == set()


def test_help_lists_the_commands_of_the_design(tmp_path: Path) -> None:
    """Every documented command is there."""
    said = spx("--help", home=tmp_path).stdout

    for name in COMMANDS.split():
        assert f"\n  {name} " in said


@pytest.mark.parametrize(
    ("error", "status"), [(SpxError("odd"), 1), (NotFound("gone", way_out="Run it."), 4)], ids=["bug", "not found"]
)
def test_a_typed_error_becomes_one_message_and_its_status(
    error: SpxError, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No traceback; the message goes to standard error."""

    def refuse() -> None:
        raise error

    monkeypatch.setattr(cli, "app", refuse)

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert status == ended.value.code
    assert f"spx: {error}\n" == capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_the_characters_ends_no_command(encoding: str, tmp_path: Path) -> None:
    """What it cannot show is a question mark; the status is that of the work."""
    home = tmp_path / "三"
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": encoding}

    result = subprocess.run(
        command("settings"), env={**environment(home), **plain}, capture_output=True, encoding=encoding, check=False
    )

    assert (0, "") == (result.returncode, result.stderr)
    assert "?" in result.stdout


def test_interpreters_started_by_a_command_do_not_import_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A calendar.py beside a user's data is not the library's, in whatever process joblib or a service starts."""
    (tmp_path / "calendar.py").write_text("raise SystemExit('the wrong calendar')")
    monkeypatch.setattr(cli, "app", lambda: None)
    monkeypatch.setenv("PYTHONSAFEPATH", "")
    cli.main()

    for how in (["-c", "import calendar"], ["-m", "calendar"]):
        assert subprocess.run([sys.executable, *how], cwd=tmp_path, capture_output=True, check=False).returncode == 0


SHORT = (
    "forecast --json",
    "versions --json",
    "catalogue --json",
    "verify",
    "landing --json",
    "settings",
    "export walk_forward --format parquet --output {folder}/{number}.parquet",
    "export cleaned_data --format csv --output {folder}/{number}.csv",
    "export ledger --format xlsx --output {folder}/{number}.xlsx",
)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("line", SHORT)
def test_every_short_command_ends_with_its_status_under_load(
    line: str, ran: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """200 runs, four at a time: none is aborted by a library's threads when the interpreter ends."""

    def status(number: int) -> int:
        arguments = line.format(folder=tmp_path, number=number).split()
        return subprocess.run(
            command(*arguments), env=environment(ran[0]), capture_output=True, check=False, timeout=600
        ).returncode

    with ThreadPoolExecutor(4) as pool:
        assert {0: 200} == Counter(pool.map(status, range(200)))
