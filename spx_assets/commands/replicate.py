"""`replicate`: published figures and R's statistics made again from a folder of reference data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spx_assets.commands.printing import Json, say, show, show_json, show_table
from spx_assets.errors import DataRefused, NotFound, SchemaRefused

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 1e-6  # of a published figure, in its own unit
MONTHLY, PUBLISHED = "gw_nrtz2014_monthly.csv", "nrtz2014_published.csv"
INPUTS, EXPECTED = "stats_inputs.csv", "stats_expected_R.csv"
EXAMPLES = {"in-sample": "dm_wwwusage_errors.csv", "out-of-sample": "dm_wwwusage_oos_errors.csv"}

Reference = Annotated[
    Path, typer.Option("--reference", help=f"Folder with {MONTHLY}, {PUBLISHED}, {INPUTS}, {EXPECTED}, ….")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: spx replicate --reference reference/")(replicate)


def replicate(reference: Reference, as_json: Json = False) -> None:
    """Make published figures again: published, ours and the difference. Exit status 3 when one is beyond 1e-6.

    Neely, Rapach, Tu and Zhou (2014): accuracy, Clark–West, utility gain, Sharpe ratio, turnover and gain after
    costs of 28 predictors and three pools; and every statistic that R computed on the same forecasts.
    """
    from spx_assets.forecasting.r_statistics import r_statistics  # noqa: PLC0415  # pandas, and not for --help
    from spx_assets.forecasting.replication import published_figures  # noqa: PLC0415

    monthly, published, inputs, expected = (_table(reference, name) for name in (MONTHLY, PUBLISHED, INPUTS, EXPECTED))
    examples = {example: _table(reference, name) for example, name in EXAMPLES.items()}
    say("forecasting 552 months from each of 28 predictors …")
    figures = published_figures(monthly, published)
    statistics = r_statistics(inputs, expected, examples)
    if as_json:
        show_json({"figures": figures.to_dict("records"), "r": statistics.to_dict("records")})
    else:
        _show(figures, statistics)
    # Not `> TOLERANCE`: a difference that is NaN is one too.
    beyond = sum(int((~(table["difference"].abs() <= TOLERANCE)).sum()) for table in (figures, statistics))
    if beyond:
        raise DataRefused(
            f"{beyond} figures differ from the published ones by more than {TOLERANCE:g}",
            way_out="The table shows them; the reference files, or this version, are not what they were.",
        )


def _show(figures: pd.DataFrame, statistics: pd.DataFrame) -> None:
    show_table(
        [
            {
                "model": row.model,
                "figure": row.figure,
                "published": f"{row.published:16.10f}",
                "ours": f"{row.ours:16.10f}",
                "difference": f"{row.difference:9.1e}",
            }
            for row in figures.itertuples()
        ]
    )
    show()
    largest = statistics.assign(difference=statistics["difference"].abs()).groupby("test", sort=False)["difference"]
    show_table(
        [
            {"statistics of R": test, "values": len(each), "largest difference": f"{each.max(skipna=False):9.1e}"}
            for test, each in largest
        ]
    )
    show()
    total = len(figures) + len(statistics)
    worst = max(figures["difference"].abs().max(skipna=False), statistics["difference"].abs().max(skipna=False))
    show(f"{total:,} figures, largest difference {worst:.1e}")


def _table(folder: Path, name: str) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415  # heavy, and not needed for --help

    path = folder / name
    if not path.is_file():
        raise NotFound(f"There is no {name} in {folder}", way_out="Give the folder of reference data.")
    try:
        return pd.read_csv(path)
    except (ValueError, OSError) as error:
        raise SchemaRefused(f"{path} is not a table", evidence=str(error)) from error
