"""Files that the single-task commands read and write.

A table is recognised by its columns, so that a user never has to say which one it is. Outputs appear
whole or not at all: they are written beside their place and then renamed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from spx_assets import artifacts, features, forecasting, reporting, tasks
from spx_assets.errors import ArtifactCorrupt, NotFound, SchemaRefused, UsageError
from spx_assets.progress import countdown
from spx_assets.settings import Settings
from spx_assets.store import Store, tables

# Columns that only this table has, in the order in which they decide.
_SIGNATURES = {
    "raw_market": {"series", "date", "value", "known_at"},
    "next_forecast": {"origin", "target_session"},
    "walk_forward": {"origin", "realised"},
    "cleaned_data": {"session"},
}


def _silent(_line: str) -> None:
    return None


@dataclass(frozen=True)
class Given:
    """The tables a user gave; each later one is computed from the earlier when it was not given."""

    tables: dict[str, pd.DataFrame]
    settings: Settings
    asked: tuple[int, ...] | None = None
    say: Callable[[str], None] = _silent

    @classmethod
    def read(cls, paths: Sequence[Path], horizons: str | None = None, *, say: Callable[[str], None] = _silent) -> Given:
        """Read every path (a folder: every table in it) and recognise each table.

        `horizons` are those asked for on the command line; without, those that `cleaned_data` has targets for.
        """
        settings = Settings.load(horizons=horizons)
        tasks.require_candidates(settings)
        found: dict[str, pd.DataFrame] = {}
        for path in (file for given in paths for file in _files(given)):
            name, table = read_table(path)
            if name in found:
                raise UsageError(f"{path} is a second {name}", way_out="Give each table once.")
            found[name] = table
        return cls(found, settings, settings.horizons if horizons else None, say)

    @property
    def observations(self) -> pd.DataFrame:
        """`raw_market`, which nothing can stand in for."""
        return self._need("raw_market")

    @cached_property
    def cleaned(self) -> pd.DataFrame:
        """`cleaned_data`, given or built from the observations."""
        given = self.tables.get("cleaned_data")
        return self.rebuilt if given is None else given

    @cached_property
    def rebuilt(self) -> pd.DataFrame:
        """`cleaned_data` built from the observations given."""
        return self.assembly.cleaned

    @cached_property
    def assembly(self) -> features.Assembly:
        """What is built from the observations given, with the record of the sample."""
        self.say("building features …")
        return tasks.assemble(self._need("raw_market"), self.settings)

    @cached_property
    def evaluation(self) -> pd.DataFrame:
        """`walk_forward`, given or evaluated from `cleaned_data`."""
        if "walk_forward" in self.tables:
            return self.tables["walk_forward"]
        return tasks.evaluate(self.cleaned, self._fitting(), progress=countdown(self.say))

    @cached_property
    def trained(self) -> forecasting.TrainedModel:
        """The chosen model of each horizon, fitted on all of `cleaned_data`."""
        sample = None if "cleaned_data" in self.tables else self.assembly.sample
        return tasks.train(self.cleaned, self.evaluation, self._fitting(), sample=sample)

    @cached_property
    def report(self) -> reporting.Report:
        """The analysis report of everything given or computed."""
        observations = self.tables.get("raw_market")
        if observations is None:
            from spx_assets import market  # noqa: PLC0415  # only for the empty table

            observations = market.no_observations()
        forecast = self.tables.get("next_forecast")
        evaluation = forecasting.WalkForward.empty() if self._too_short else self.evaluation
        trained = None if evaluation.empty else self.trained
        if trained and forecast is None:
            forecast = tasks.forecast(trained, self.cleaned, model_version="not stored", data_version="not stored")
        self.say("drawing the report …" if trained else "drawing the report of the data: there are no forecasts …")
        age = tasks.age_sessions(self.cleaned["session"].iloc[-1], Settings(), pd.Timestamp.now(tz="UTC"))
        return tasks.report(observations, self.cleaned, evaluation, trained, forecast, age_sessions=age)

    @property
    def _too_short(self) -> bool:
        """Whether no evaluation was given and the history is too short to judge one of every horizon."""
        least = forecasting.sessions_needed(max(self._fitting().horizons), self.settings.first_train)
        return "walk_forward" not in self.tables and len(features.complete_rows(self.cleaned)) < least

    def _need(self, name: str) -> pd.DataFrame:
        if name not in self.tables:
            raise UsageError(
                f"There is no {name} among the inputs",
                evidence=f"given: {', '.join(self.tables) or 'nothing'}",
                way_out=f"Add --input with the {name} table.",
            )
        return self.tables[name]

    def _fitting(self) -> Settings:
        """The settings with the horizons that `cleaned_data` has targets for."""
        targets = [name for name in self.cleaned.columns if name.startswith("target_")]
        horizons = sorted(int(name.removeprefix("target_")) for name in targets)
        chosen = [horizon for horizon in horizons if self.asked is None or horizon in self.asked]
        missing = sorted(set(self.asked or chosen) - set(horizons))
        if missing or not chosen:
            raise UsageError(
                f"The cleaned_data given has no target for {missing or 'any horizon'}",
                evidence=f"targets: {', '.join(targets) or 'none'}",
                way_out="Build it with the horizons you want: `spx clean --horizons 1,5`.",
            )
        return self.settings.model_copy(update={"horizons": tuple(chosen)})


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        tables_in = (file for file in path.iterdir() if file.suffix.lower() in {".csv", ".parquet"})
        return sorted(file for file in tables_in if file.is_file())
    if not path.exists():
        raise NotFound(f"There is no file {path}", way_out="Check the path given to --input.")
    return [path]


def read_table(path: Path) -> tuple[str, pd.DataFrame]:
    """The name and content of a table of ours, recognised by its columns.

    Raises:
        UsageError: when its columns are those of no table of the platform.

    """
    try:
        data, table_format = path.read_bytes(), artifacts.format_of(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read", evidence=str(error), way_out="Give a file you may read.") from error
    try:
        columns = tables.columns(data, table_format)
    except SchemaRefused as error:
        raise SchemaRefused(f"{path} cannot be read", evidence=str(error)) from error
    for name, signature in _SIGNATURES.items():
        if signature <= set(columns):
            return name, _trusted(path, name, artifacts.read_table(data, table_format))
    raise UsageError(
        f"{path} is not a table of spx",
        evidence=f"columns {', '.join(columns[:8])}",
        way_out="Market data goes through `spx ingest --input FILE --output raw_market.parquet` first.",
    )


def _trusted(path: Path, name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table from outside the store keeps its contract, or is refused: rows out of order would look like skill."""
    try:
        return artifacts.validated(name, table)
    except SchemaRefused as error:
        raise SchemaRefused(
            f"{path} looks like {name}, but breaks its contract",
            evidence=error.evidence,
            way_out="Use the table as the earlier task wrote it.",
        ) from error


def sample_notes(store: Store, version: str | None = None) -> list[str]:
    """What limits the sample and what stands aside, as a version of `cleaned_data` says; nothing where it is gone."""
    try:
        record = artifacts.sample_in(store.read("cleaned_data", version))
    except (NotFound, ArtifactCorrupt):
        return []
    return [str(note) for note in record.get("notes", [])]


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write `table` in the format that the file name asks for: .csv or .parquet."""
    write(path, artifacts.table_bytes(table, artifacts.format_of(path)))


def write_model(trained: forecasting.TrainedModel, folder: Path) -> list[str]:
    """Write the model files and the card into `folder`; their names."""
    files = artifacts.model_payload(trained).files
    for name, data in files.items():
        write(folder / name, data)
    return list(files)


def write_report(report: reporting.Report, path: Path) -> None:
    """Write the PDF to `path`, the HTML of the same name and its figures in `figures/` beside it."""
    for name, data in report.figures.items():
        write(path.parent / "figures" / f"{name}.png", data)
    write(path.with_suffix(".html"), report.html)
    write(path, report.pdf)


def write(path: Path, data: bytes) -> None:
    """Write `data` so that `path` holds the old or the new bytes, never a part."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(data)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            f"Cannot write {path}", evidence=str(error), way_out="Give a path you may write to."
        ) from error
