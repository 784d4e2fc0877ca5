"""`forecast versions rollback verify export export-model`: what the store holds, for people and other tools."""

from __future__ import annotations

import getpass
import json
import platform
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from spx_assets.commands.printing import Json, Moving, say, show, show_json, show_table
from spx_assets.errors import ArtifactCorrupt, NotFound, SpxError, UsageError
from spx_assets.home import open_ledger, open_store
from spx_assets.settings import Settings
from spx_assets.store import Store
from spx_assets.store.pin import Pin

if TYPE_CHECKING:
    import pandas as pd
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Look into the home of `spx run --as-of DATE`."),
]

# The interval that one line shows, in per cent, or the nearest there is.
USUAL_LEVEL = 90.0
LEDGER = "ledger"
NO_REASON = "no reason given"
# What is made by the model that serves.
SERVED_FROM = {"deployed_model": ("next_forecast", "track_record", "analysis_report")}
Asset = Annotated[str, typer.Argument(help="Name of an asset, such as cleaned_data.")]
OptionalAsset = Annotated[str | None, typer.Argument(help="Name of an asset; all when left out.")]


class TableFormat(StrEnum):
    """Formats that tables are exported to."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"


class ModelFormat(StrEnum):
    """Formats that models are exported to, for others; the platform itself never loads them."""

    JOBLIB = "joblib"
    ONNX = "onnx"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: spx forecast --json")(forecast)
    app.command(epilog="Example: spx versions cleaned_data")(versions)
    app.command(epilog="Example: spx rollback deployed_model 0123456789abcdef --reason 'worse since Monday'")(rollback)
    app.command(epilog="Example: spx verify")(verify)
    app.command(epilog="Example: SPX_SIGNING_KEY=$(cat key) spx sign")(sign)
    app.command(epilog="Example: spx export cleaned_data --format xlsx --output cleaned_data.xlsx")(export)
    app.command("export-model", epilog="Example: spx export-model --format onnx --horizon 5")(export_model)


def forecast(as_of: AsOf = None, as_json: Json = False) -> None:
    """Print the next forecast, with interval, skill and versions."""
    import pandas as pd  # noqa: PLC0415

    from spx_assets import tasks  # noqa: PLC0415  # the rooms
    from spx_assets.commands import files  # noqa: PLC0415
    from spx_assets.reporting.labels import age_sentence  # noqa: PLC0415

    settings = Settings.load(as_of=as_of.date() if as_of else None)
    store = open_store(settings)
    table = _table(store, "next_forecast")
    origin = table["origin"].max()
    age = tasks.age_sessions(origin, settings, pd.Timestamp.now(tz="UTC"))
    records = [{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict("records")]
    shares = _coverage(store, records[0]["model_version"])
    if as_json:
        show_json([{**row, **_contained(row, shares), "age_sessions": age} for row in records])
        return
    for row in records:
        ahead = "session " if row["horizon"] == 1 else "sessions"
        value = f"{_percent(row['forecast'], 3)}{_interval(row, shares)}"
        show(f"{row['horizon']:>3} {ahead} to {row['target_session']}: {value}")
        show(f"    {row['model']}: {row['statement']}")
    show(f"Log returns. {age_sentence(origin.date(), age)}")
    for note in files.sample_notes(store, str(records[0]["data_version"])):
        show(note)
    show(f"Model {records[0]['model_version']}, data {records[0]['data_version']}.")


def versions(asset: OptionalAsset = None, as_of: AsOf = None, as_json: Json = False) -> None:
    """List the stored versions of one asset or of all, newest first."""
    store = _store(as_of)
    rows: list[dict[str, Any]] = []
    for name in [asset] if asset else store.assets():
        current, pin = _current(store, name), _pin(store, name)
        rows += [
            {
                "asset": name,
                "version": manifest.version,
                "current": manifest.version == current,
                "pinned": None
                if pin is None or pin.version != manifest.version
                else f"{pin.reason} ({pin.by}, {pin.at})",
                "created": manifest.created_at,
                "rows": manifest.rows,
                "last session": manifest.last_session,
                "bytes": sum(digest.size_bytes for digest in manifest.files.values()),
            }
            for manifest in store.versions(name)
        ]
    if not rows:
        raise _nothing_stored(asset)
    show_json(rows) if as_json else show_table(rows)


def rollback(
    asset: Asset,
    version: Annotated[str | None, typer.Argument(help="A version id that `spx versions` lists.")] = None,
    reason: Annotated[str, typer.Option(help="Why, for the record.", metavar="TEXT")] = NO_REASON,
    release: Annotated[bool, typer.Option("--release", help="End the pin: the next run moves on.")] = False,
) -> None:
    """Make an earlier version of an asset the current one, and keep it there until `--release`. Nothing is deleted.

    After a rollback of `deployed_model` the forecasts are made again by the model that serves now.
    """
    settings = Settings.load()
    store, by = open_store(settings), f"{getpass.getuser()}@{platform.node()}"
    if release == (version is not None):
        raise UsageError(
            "A rollback needs a version, and a release none",
            way_out=f"`spx rollback {asset} VERSION --reason …`, or `spx rollback {asset} --release`.",
        )
    if version is None:
        store.release(asset, by=by)
        show(f"{asset}: released. {_current(store, asset)} stays current until a run makes another.")
        return
    before = _current(store, asset) or "none"
    store.rollback(asset, version, reason=reason.strip() or NO_REASON, by=by)
    show(f"{asset}: {version} is current now, {before} was. It is pinned until `spx rollback {asset} --release`.")
    _tell_graph(settings, asset)


def _tell_graph(settings: Settings, asset: str) -> None:
    """Let the asset graph name the version too, and a model that serves again make the forecasts."""
    from spx_assets.commands.run import bring_in_line  # noqa: PLC0415  # imports Dagster

    try:
        bring_in_line(settings, [asset, *SERVED_FROM.get(asset, ())])
    except SpxError as error:
        say(f"what follows from {asset} is not in line yet, `spx run` makes it: {error}")


def verify(asset: OptionalAsset = None, as_of: AsOf = None, as_json: Json = False) -> None:
    """Check every stored byte against its manifest. Exit status 3 when something is damaged."""
    verdicts = _store(as_of).verify(asset)
    rows = [{"asset": v.asset, "version": v.version, "ok": v.ok, "problem": v.problem} for v in verdicts]
    show_json(rows) if as_json else show_table(rows)
    damaged = [row for row in rows if not row["ok"]]
    if damaged:
        raise ArtifactCorrupt(
            f"{len(damaged)} of {len(rows)} versions are damaged",
            evidence="; ".join(f"{row['asset']} {row['version']}: {row['problem']}" for row in damaged[:3]),
            way_out="`spx rollback ASSET VERSION` to a good version, or `spx run` to make it again.",
        )


def sign(asset: OptionalAsset = None, as_json: Json = False) -> None:
    """Verify every stored version and sign it with SPX_SIGNING_KEY, whatever it was signed with before."""
    store = _store()
    rows = [
        {"asset": name, "version": version, "signature was": was}
        for name in ([asset] if asset else store.assets())
        for version, was in store.sign(name)
    ]
    show_json(rows) if as_json else show_table(rows)
    say(f"{sum(row['signature was'] != 'present' for row in rows)} of {len(rows)} versions were signed")


def export(
    asset: Asset,
    table_format: Annotated[
        TableFormat | None, typer.Option("--format", help="File format; by the output's name, or csv, when left out.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="File to write; <asset>.<format> when left out.")] = None,
    as_of: AsOf = None,
) -> None:
    """Write a table of the store, or the forecast `ledger`, as CSV, Parquet or a spreadsheet."""
    from spx_assets import artifacts  # noqa: PLC0415  # pandas and the rooms
    from spx_assets.commands import files, spreadsheet  # noqa: PLC0415

    if asset not in {*artifacts.TABLES, LEDGER}:
        raise UsageError(f"{asset} is not a table", way_out=f"Tables are {', '.join((*artifacts.TABLES, LEDGER))}.")
    chosen = _export_format(table_format, output)
    path = output or Path(f"{asset}.{chosen}")
    table = _ledger(as_of) if asset == LEDGER else _table(_store(as_of), asset)
    if chosen is TableFormat.XLSX:
        moving = Moving()
        data = spreadsheet.workbook(asset, table, progress=moving.show)
        moving.clear()
        files.write(path, data)
    else:
        plain: artifacts.TableFormat = "csv" if chosen is TableFormat.CSV else "parquet"
        shown = spreadsheet.harmless(table) if plain == "csv" else table
        files.write(path, artifacts.table_bytes(shown, plain))
    show(f"{path}: {len(table):,} rows")


def export_model(
    model_format: Annotated[ModelFormat, typer.Option("--format", help="File format.")] = ModelFormat.JOBLIB,
    horizon: Annotated[int | None, typer.Option(help="Horizon in sessions; the shortest when left out.")] = None,
    output: Annotated[Path | None, typer.Option(help="File to write; horizon_<h>.<format> when left out.")] = None,
) -> None:
    """Write the deployed model of one horizon for other tools: a joblib file, or ONNX."""
    from spx_assets import artifacts  # noqa: PLC0415  # scikit-learn and the rooms
    from spx_assets.commands import files, foreign_models  # noqa: PLC0415

    fitted = artifacts.model_of(_store().read("deployed_model")).fitted
    chosen = min(fitted) if horizon is None else horizon
    if chosen not in fitted:
        raise NotFound(f"No model of {chosen} sessions is deployed", way_out=f"There are {sorted(fitted)}.")
    path = output or Path(f"horizon_{chosen}.{model_format}")
    files.write(path, foreign_models.ENCODERS[model_format.value](fitted[chosen]))
    show(f"{path}: {fitted[chosen].name}, {len(fitted[chosen].features)} features in the order of the model card")


def _ledger(as_of: datetime | None) -> pd.DataFrame:
    from spx_assets import forecasting  # noqa: PLC0415  # pandas and the rooms

    settings = Settings.load(as_of=as_of.date() if as_of else None)
    known = settings.ledger_url is not None or settings.ledger_file.exists()
    rows = open_ledger(settings).rows() if known else []
    if not rows:
        raise NotFound("There is no forecast in the ledger yet", way_out="`spx run` makes the first.")
    return forecasting.ledger_columns(row.record() for row in rows)


def _store(as_of: datetime | None = None) -> Store:
    return open_store(Settings.load(as_of=as_of.date() if as_of else None))


def _export_format(asked: TableFormat | None, output: Path | None) -> TableFormat:
    """The format asked for, or that of the output's name; a name that says otherwise is refused."""
    suffix = "" if output is None else output.suffix.lower().removeprefix(".")
    named = TableFormat(suffix) if suffix in set(TableFormat) else None
    if asked is not None and named is not None and asked is not named:
        raise UsageError(f"{output} is not a name for {asked}", way_out=f"Name it .{asked}, or ask for {named}.")
    return asked or named or TableFormat.CSV


def _current(store: Store, asset: str) -> str | None:
    """The current version; None when there is none, or when the pointer is damaged: these commands mend that."""
    try:
        return store.current(asset)
    except ArtifactCorrupt:
        return None


def _pin(store: Store, asset: str) -> Pin | None:
    try:
        return store.pin(asset)
    except ArtifactCorrupt as error:
        say(str(error))
        return None


def _table(store: Store, asset: str) -> pd.DataFrame:
    from spx_assets import artifacts  # noqa: PLC0415  # pandas and the rooms

    if store.current(asset) is None:
        raise _nothing_stored(asset)
    return artifacts.table_of(store.read(asset))


def _nothing_stored(asset: str | None) -> NotFound:
    return NotFound(f"There is no {asset or 'asset'} in the store yet", way_out="`spx run` makes it.")


def _coverage(store: Store, model_version: str) -> dict[str, dict[str, float]]:
    """Per horizon and level the share of past outcomes that intervals contained; nothing where the model is gone."""
    try:
        card = json.loads(store.read("deployed_model", model_version).files["model_card.json"])
    except (NotFound, ArtifactCorrupt):
        return {}
    return {horizon: entry.get("interval_coverage", {}) for horizon, entry in card["horizons"].items()}


def _contained(row: dict[str, Any], shares: dict[str, dict[str, float]]) -> dict[str, float]:
    """`coverage_90` and its like, one per interval."""
    return {f"coverage_{level}": share for level, share in shares.get(str(row["horizon"]), {}).items()}


def _interval(row: dict[str, Any], shares: dict[str, dict[str, float]]) -> str:
    from spx_assets.reporting.labels import contained  # noqa: PLC0415

    levels = sorted((float(name.removeprefix("lower_")), name) for name in row if name.startswith("lower_"))
    if not levels:
        return ""
    _, lower = min(levels, key=lambda level: abs(level[0] - USUAL_LEVEL))
    level, upper = lower.removeprefix("lower_"), lower.replace("lower_", "upper_")
    share = shares.get(str(row["horizon"]), {}).get(level)
    so_far = "" if share is None else f", which {contained(share)}"
    return f", {level} % interval {_percent(row[lower], 2)} to {_percent(row[upper], 2)}{so_far}"


def _percent(log_return: float, decimals: int) -> str:
    """A log return in per cent, with a true minus, as the report writes it."""
    return f"{100 * log_return:+.{decimals}f} %".replace("-", "−")


def _plain(value: Any) -> Any:
    if hasattr(value, "date"):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value
