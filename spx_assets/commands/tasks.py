"""`ingest clean evaluate train report`: one task each as a plain function of files, without Dagster or store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from spx_assets.commands.printing import Json, say, show, show_json
from spx_assets.errors import UsageError
from spx_assets.plain_text import sources_without_secrets
from spx_assets.settings import Settings


def _ending(*endings: str) -> Callable[[Path], Path]:
    """Refuse an output of another ending before anything is computed for it."""

    def checked(path: Path) -> Path:
        if path.suffix.lower() in endings:
            return path
        raise UsageError(f"{path} has the wrong ending for this output", way_out=f"End it in {' or '.join(endings)}.")

    return checked


Inputs = Annotated[
    list[Path],
    typer.Option("--input", help="Table(s) of earlier tasks, recognised by their columns; repeat for several."),
]
Output = Annotated[
    Path, typer.Option("--output", callback=_ending(".csv", ".parquet"), help="Table to write: .csv or .parquet.")
]
OutputFolder = Annotated[Path, typer.Option("--output", help="Folder to write model files and card into.")]
OutputPdf = Annotated[
    Path, typer.Option("--output", callback=_ending(".pdf"), help="PDF to write; HTML and figures/ go beside it.")
]
Horizons = Annotated[str | None, typer.Option(help="Forecast horizons in sessions, such as 1,5,21.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: spx ingest --input sample --output raw_market.parquet")(ingest)
    app.command(epilog="Example: spx clean --input raw_market.parquet --output cleaned_data.csv")(clean)
    app.command(epilog="Example: spx evaluate --input cleaned_data.csv --output walk_forward.csv")(evaluate)
    app.command(epilog="Example: spx train --input cleaned_data.csv --output model/")(train)
    app.command(epilog="Example: spx report --input raw_market.parquet --output analysis_report.pdf")(report)


def ingest(
    output: Output,
    source: Annotated[
        str, typer.Option("--input", metavar="URI", help="As SPX_SOURCE: names, files, folders, globs or URIs.")
    ] = "sample",
    as_json: Json = False,
) -> None:
    """Read and judge a source, and write its observations: series, date, value, known_at, source."""
    import pandas as pd  # noqa: PLC0415  # heavy, and not needed for --help

    from spx_assets import tasks  # noqa: PLC0415
    from spx_assets.commands import files  # noqa: PLC0415
    from spx_assets.market.combine import disagreements_in_words  # noqa: PLC0415

    say(f"reading {sources_without_secrets(source)} …")
    reading = tasks.ingest(source, now=pd.Timestamp.now(tz="UTC"), settings=Settings.load())
    for line in reading.read_as:
        say(f"  read: {line}")
    for line in (*reading.left_out, *disagreements_in_words(reading)):
        say(f"  {line}")
    for repair in reading.repairs:
        say(f"  repaired: {repair}")
    files.write_table(reading.observations, output)
    if as_json:
        show_json(
            {
                "output": str(output),
                "observations": len(reading.observations),
                "series": sorted(reading.observations["series"].unique()),
                "read": list(reading.read_as),
                "left_out": list(reading.left_out),
                "repairs": list(reading.repairs),
                "disagreements": len(reading.disagreements),
            }
        )
        return
    show(f"{output}: {len(reading.observations):,} observations of {reading.observations['series'].nunique()} series")


def clean(inputs: Inputs, output: Output, horizons: Horizons = None) -> None:
    """Build the features known at each close and the returns that followed."""
    from spx_assets.commands import files  # noqa: PLC0415  # pandas and the rooms

    assembly = files.Given.read(inputs, horizons, say=say).assembly
    files.write_table(assembly.cleaned, output)
    show(f"{output}: {len(assembly.cleaned):,} sessions, {assembly.cleaned.shape[1]} columns")
    for note in assembly.sample["notes"]:
        show(note)


def evaluate(inputs: Inputs, output: Output, horizons: Horizons = None) -> None:
    """Forecast every session out of sample with every candidate, refitted at each origin."""
    from spx_assets.commands import files  # noqa: PLC0415  # pandas and the rooms

    given = files.Given.read(inputs, horizons, say=say)
    files.write_table(given.evaluation, output)
    show(f"{output}: {len(given.evaluation):,} out-of-sample forecasts")


def train(inputs: Inputs, output: OutputFolder, horizons: Horizons = None) -> None:
    """Choose and fit the model of each horizon; write horizon_<h>.skops and model_card.json."""
    from spx_assets.commands import files  # noqa: PLC0415  # pandas and the rooms

    given = files.Given.read(inputs, horizons, say=say)
    names = files.write_model(given.trained, output)
    show(f"{output}: {', '.join(names)}")
    for line in given.trained.card["verdict"]:
        show(line)


def report(inputs: Inputs, output: OutputPdf, horizons: Horizons = None) -> None:
    """Write the analysis report. What is not given is computed from what is: raw observations are enough."""
    from spx_assets.commands import files  # noqa: PLC0415  # pandas and the rooms

    given = files.Given.read(inputs, horizons, say=say)
    document = given.report
    files.write_report(document, output)
    show(f"{output}: {document.pages} pages, {len(document.figures)} figures; {output.with_suffix('.html')}: the same")
