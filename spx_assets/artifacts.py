"""How each asset's value becomes files of the store, and back.

The IO managers, the commands and the services share this one mapping. What lives here: file names,
column types, rows and sessions of a payload. What does not: committing (store), computing (the rooms).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pandera.errors import SchemaErrors

from spx_assets import forecasting, reporting
from spx_assets.errors import SchemaRefused
from spx_assets.features.schema import validated as cleaned_validated
from spx_assets.features.schema import with_session_index
from spx_assets.market.observation import validated as observations_validated
from spx_assets.store import Artifact, Payload, Store, tables

TableFormat = Literal["parquet", "csv"]

# The column that dates a table's rows, per table asset, in the order of the flow.
TABLES: Mapping[str, str] = {
    "raw_market": "date",
    "cleaned_data": "session",
    "walk_forward": "origin",
    "next_forecast": "origin",
    "track_record": "origin",
}
ASSETS = (
    "raw_market",
    "cleaned_data",
    "walk_forward",
    "trained_model",
    "deployed_model",
    "next_forecast",
    "track_record",
    "analysis_report",
)
DEPLOYMENT_FILE = "deployment.json"
FORECAST_FILE = "next_forecast.json"
TRIALS_FILE = forecasting.TRIALS_FILE
SAMPLE_FILE = "sample.json"

# Every column of every table that is not a float.
_DTYPES: Mapping[str, str] = {
    **dict.fromkeys(("date", "session", "origin", "target_session"), "datetime64[ns]"),
    **dict.fromkeys(("series", "source", "model", "model_version", "data_version", "statement"), "object"),
    **dict.fromkeys(("known_at", "made_at", "realised_at"), "datetime64[ns, UTC]"),
    "horizon": "int64",
    **dict.fromkeys(("skill", "first", "in_time"), "bool"),
}
# What stands beside the track record's own table.
_BESIDE: Mapping[str, Mapping[str, str]] = {
    "scores": forecasting.SCORES,
    "coverage": forecasting.COVERAGE,
    "drift": forecasting.DRIFT,
}


@dataclass(frozen=True)
class Deployment:
    """What serves: a trained model, the version it came from, the gates it passed, and its models as arrays."""

    trained: forecasting.TrainedModel
    trained_model_version: str
    gates: Sequence[forecasting.Gate]
    compiled: Mapping[str, bytes] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The JSON-able content of `deployment.json`."""
        return {
            "trained_model": self.trained_model_version,
            "horizons": {str(h): fitted.name for h, fitted in sorted(self.trained.fitted.items())},
            # By name only: a reason compares with what served before, and would make equal models differ.
            "gates_passed": [gate.name for gate in self.gates if gate.passed],
            "served_from": {str(h): self._served_from(h) for h in sorted(self.trained.fitted)},
        }

    def _served_from(self, horizon: int) -> str:
        compiled = forecasting.compiled_name(horizon)
        return compiled if compiled in self.compiled else f"horizon_{horizon}.skops"


def dtypes(columns: Sequence[str]) -> dict[str, str]:
    """The stored type of each column."""
    return {name: _DTYPES.get(name, "float64") for name in columns}


def table_bytes(table: pd.DataFrame, table_format: TableFormat) -> bytes:
    """A table's columns in a file format; the index is not part of it."""
    return tables.encode(table, table_format)


def table_payload(asset: str, table: pd.DataFrame, table_format: TableFormat) -> Payload:
    """`<asset>.<format>` with rows, first and last session and a fingerprint of names and types."""
    kinds = dtypes(list(table.columns))
    dates = table[TABLES[asset]]
    return Payload(
        files={f"{asset}.{table_format}": table_bytes(table, table_format)},
        rows=len(table),
        first_session=None if dates.empty else dates.min().date(),
        last_session=None if dates.empty else dates.max().date(),
        schema=hashlib.sha256(json.dumps(kinds).encode()).hexdigest()[:16],
    )


def forecast_payload(table: pd.DataFrame, table_format: TableFormat) -> Payload:
    """`next_forecast.<format>` with its JSON document beside it, for readers without a table reader."""
    made = table_payload("next_forecast", table, table_format)
    return replace(made, files={**made.files, FORECAST_FILE: forecasting.forecast_document(table)})


def with_trials(made: Payload, trials: Sequence[forecasting.Trial]) -> Payload:
    """A payload with `trials.json` beside its files."""
    return replace(made, files={**made.files, TRIALS_FILE: forecasting.trials_file(trials)})


def with_sample(made: Payload, sample: Mapping[str, Any]) -> Payload:
    """A payload with `sample.json`, the record of what the sample is, beside its files."""
    return replace(made, files={**made.files, SAMPLE_FILE: json.dumps(sample, indent=1, ensure_ascii=False).encode()})


def sample_in(artifact: Artifact) -> dict[str, Any]:
    """The record of the sample in a stored `cleaned_data`; empty in one of a version before there was one."""
    data = artifact.files.get(SAMPLE_FILE)
    return {} if data is None else dict(json.loads(data))


def trials_in(artifact: Artifact) -> tuple[forecasting.Trial, ...]:
    """The trials recorded in a stored `walk_forward`; none in one of a version before they were."""
    data = artifact.files.get(TRIALS_FILE)
    return () if data is None else forecasting.trials_from(data)


def read_table(data: bytes, table_format: TableFormat) -> pd.DataFrame:
    """A table in its stored types; `cleaned_data` comes back with its session index."""
    table = tables.decode(data, table_format, dtypes(tables.columns(data, table_format)))
    return with_session_index(table) if "session" in table.columns else table


def validated(asset: str, table: pd.DataFrame) -> pd.DataFrame:
    """The same table once it keeps the contract of its asset; SchemaRefused with what breaks it."""
    if asset == "raw_market":
        return observations_validated(table)
    if asset == "cleaned_data":
        return cleaned_validated(table)
    schema = {
        "walk_forward": forecasting.WalkForward,
        "next_forecast": forecasting.NextForecast,
        "track_record": forecasting.TrackedForecast,
    }[asset]
    try:
        return schema.validate(table, lazy=True)
    except SchemaErrors as broken:
        failures = broken.failure_cases[["column", "check", "failure_case", "index"]].head(10)
        raise SchemaRefused(f"{asset} breaks its contract", evidence=failures.to_string(index=False)) from broken


def format_of(path: Path) -> TableFormat:
    """The table format that a file name asks for: `.csv`, else Parquet."""
    return "csv" if path.suffix.lower() == ".csv" else "parquet"


def table_of(artifact: Artifact) -> pd.DataFrame:
    """The table in a stored artifact that bears its name, whatever its format."""
    name = next(name for name in artifact.files if name in {f"{artifact.asset}.csv", f"{artifact.asset}.parquet"})
    return read_table(artifact.files[name], format_of(Path(name)))


def track_record_payload(record: forecasting.TrackRecord, table_format: TableFormat) -> Payload:
    """`track_record.<format>`, the tables of scores, coverage and drift beside it, and `track_record.png`."""
    table = table_payload("track_record", record.forecasts, table_format)
    beside = {f"{name}.{table_format}": table_bytes(getattr(record, name), table_format) for name in _BESIDE}
    return replace(table, files={**table.files, **beside, "track_record.png": reporting.track_record_picture(record)})


def track_record_of(artifact: Artifact) -> forecasting.TrackRecord:
    """The track record in a stored artifact."""
    kinds = {name: format_of(Path(name)) for name in artifact.files}
    tables_beside = {
        name.rpartition(".")[0]: tables.decode(artifact.files[name], kinds[name], _BESIDE[name.rpartition(".")[0]])
        for name in artifact.files
        if name.rpartition(".")[0] in _BESIDE
    }
    return forecasting.TrackRecord(table_of(artifact), **tables_beside)


def published_forecasts(store: Store) -> list[forecasting.Published]:
    """The forecasts in every stored version of `next_forecast` and `track_record`, the oldest version first."""
    kept = [record for asset in ("next_forecast", "track_record") for record in store.versions(asset)]
    return [
        forecasting.Published(
            f"{record.asset} {record.version}",
            pd.Timestamp(record.created_at),
            table_of(store.read(record.asset, record.version)),
        )
        for record in sorted(kept, key=lambda record: record.created_at)
    ]


def model_payload(value: forecasting.TrainedModel | Deployment) -> Payload:
    """One `horizon_<h>.skops` per horizon and `model_card.json`.

    A deployment adds `deployment.json`, and `horizon_<h>.npz` for every model that serves as arrays.
    """
    trained = value.trained if isinstance(value, Deployment) else value
    files = forecasting.trained_model_files(trained)
    if isinstance(value, Deployment):
        files |= value.compiled
        files[DEPLOYMENT_FILE] = json.dumps(value.record(), indent=2, sort_keys=True).encode()
    window = trained.card["data_window"]
    return Payload(
        files=files,
        first_session=pd.Timestamp(window["first_session"]).date(),
        last_session=pd.Timestamp(window["last_session"]).date(),
    )


def model_of(artifact: Artifact) -> forecasting.TrainedModel:
    """The trained model in a stored `trained_model` or `deployed_model`, its golden predictions re-checked."""
    files = {name: data for name, data in artifact.files.items() if name != DEPLOYMENT_FILE}
    return forecasting.trained_model_from_files(files)


def report_payload(report: reporting.Report) -> Payload:
    """`analysis_report.pdf`, `analysis_report.html` and `figures/*.png`."""
    figures = {f"figures/{name}.png": data for name, data in report.figures.items()}
    return Payload(files={"analysis_report.pdf": report.pdf, "analysis_report.html": report.html, **figures})


def payload(asset: str, value: Any, table_format: TableFormat) -> Payload:
    """What the store keeps of `value`, for any asset."""
    if isinstance(value, forecasting.TrackRecord):
        return track_record_payload(value, table_format)
    if asset == "next_forecast":
        return forecast_payload(value, table_format)
    if asset in TABLES:
        return table_payload(asset, value, table_format)
    return report_payload(value) if isinstance(value, reporting.Report) else model_payload(value)


def value_of(artifact: Artifact) -> Any:
    """The value of any stored artifact; a document stays an `Artifact`, its verified files."""
    if artifact.asset == "track_record":
        return track_record_of(artifact)
    if artifact.asset in TABLES:
        return table_of(artifact)
    return artifact if artifact.asset == "analysis_report" else model_of(artifact)
