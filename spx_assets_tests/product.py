"""The product as a user meets it: `spx` in processes of its own, its assets in this one, and the files it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pandas as pd

from spx_assets.definitions import build_definitions
from spx_assets.orchestration.progress import progress_logger
from spx_assets.settings import Settings
from spx_assets_tests import forked

# Trees take most of an evaluation's time, and horizons multiply it: a test that is about something else does without.
CHEAP = ("historical_mean", "ols", "ridge")
ONE_HORIZON = {"horizons": "1"}


def command(*arguments: str) -> list[str]:
    """The command line of `spx` in this environment."""
    return [sys.executable, "-m", "spx_assets.cli", *arguments]


def environment(home: Path, **settings: str) -> dict[str, str]:
    """This process's environment without its own SPX_* and DAGSTER_* variables, in `home`; output is buffered as usual.

    Candidates are those without trees, unless the settings say otherwise.
    """
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("SPX_", "DAGSTER_"))}
    inherited.pop("PYTHONUNBUFFERED", None)
    inherited["SPX_CANDIDATES"] = ",".join(CHEAP)
    return {**inherited, "SPX_HOME": str(home), **{f"SPX_{key.upper()}": value for key, value in settings.items()}}


def spx(*arguments: str, home: Path, cwd: Path | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `spx` to its end and give what it printed and its exit status."""
    return forked.spx(arguments, environment(home, **settings), cwd)


def started(*arguments: str, home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same in an interpreter of its own, as a shell starts it: with its imports, its time and its hash seed."""
    return subprocess.run(
        command(*arguments), env=environment(home, **settings), capture_output=True, text=True, check=False
    )


def materialize(
    settings: Settings,
    *assets: str,
    now: pd.Timestamp | None = None,
    raise_on_error: bool = True,
    instance: dg.DagsterInstance | None = None,
) -> dg.ExecuteInProcessResult:
    """Materialize assets of the code location that users have, without its console; recorded in `instance`, if any."""
    location = build_definitions(settings=settings, now=now, loggers={"silent": progress_logger(lambda _line: None)})
    return location.resolve_implicit_global_asset_job_def().execute_in_process(
        asset_selection=[dg.AssetKey(asset) for asset in assets],
        run_config={"loggers": {"silent": {}}},
        instance=instance or dg.DagsterInstance.ephemeral(),
        raise_on_error=raise_on_error,
    )


def payload_files(home: Path) -> dict[str, bytes]:
    """Every stored payload file under `home` by its path, manifests and pointers left out."""
    store = home / "store"
    return {
        str(path.relative_to(store)): path.read_bytes()
        for path in sorted(store.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.name not in {"manifest.json", "CURRENT"}
    }
