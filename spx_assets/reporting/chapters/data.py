"""The chapters on the data and on the leakage audit."""

from __future__ import annotations

from collections.abc import Iterator

from spx_assets.reporting import tables, typeset
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Block, Paragraph, TableBlock, section
from spx_assets.reporting.chapters import Plates
from spx_assets.reporting.coverage import SeriesCoverage
from spx_assets.reporting.findings import Findings
from spx_assets.reporting.labels import series_label
from spx_assets.reporting.leakage import Examined

REPAIRS = (
    "No value of any series was changed or filled in: a missing value stays missing, and a value that a source changed "
    "is kept beside the one before it, each with the time it became known. What was left out on reading (marks of "
    "missing values, repeated rows, days without trading, sessions not over) cannot be told from the observations: the "
    "metadata of raw_market count it, reading by reading, and files that were refused lie in landing/rejected with "
    "the reason."
)
ELSEWHERE = (
    "Not examined here are the data and features beneath. The store takes cleaned_data only when each feature is, to "
    "the bit, what its own session could have computed, at sessions spread over the sample; a table given as a file is "
    "not asked. Of all of it, “spx audit” asks that again, and whether every observation could be known when it says "
    "so, whether a target becomes known exactly its horizon after its row, whether a changed future moves any feature, "
    "whether every window was full, and whether an outcome planted among the features is found."
)


def data(findings: Findings, plates: Plates) -> Iterator[Block]:
    """What limits the sample, coverage, missing values, repairs, revisions."""
    yield section("The data")
    if findings.card.sample_notes:
        yield Paragraph(" ".join(findings.card.sample_notes))
    if isinstance(findings.coverage, Absent):
        yield plates["data_coverage"]
    else:
        yield Paragraph(f"{_missing(findings)} {revised(findings.coverage)} {REPAIRS}")
        yield plates["data_coverage"]
        yield TableBlock(
            "Coverage of each series",
            tables.series(findings.coverage),
            "Without a value: days on which the index closed, or months, between first and last. A gap is a pause "
            "longer than the series' rhythm allows. The largest revision is over the value before.",
        )
    yield TableBlock("Window", tables.data_window(findings.window))


def _missing(findings: Findings) -> str:
    total = sum(gap.missing for gap in findings.completeness)
    count = f"{len(findings.completeness)} features"
    if total == 0:
        return f"No value of the {count} is missing in any of the {findings.window.sessions:,} sessions."
    lacking = sum(gap.missing > 0 for gap in findings.completeness)
    return (
        f"{total:,} values of {lacking} of the {count} are missing over {findings.window.sessions:,} sessions; such "
        "rows are not learned from."
    )


def revised(coverage: tuple[SeriesCoverage, ...]) -> str:
    """How many values a source changed later, and which series changed most often."""
    total = sum(one.revisions for one in coverage)
    if total == 0:
        return "No source has changed a value since it was first seen."
    most = max(coverage, key=lambda one: one.revisions)
    if total == 1:
        return f"Sources changed one value after it was first seen, of {series_label(most.name)}."
    return f"Sources changed {total:,} values after they were first seen, most often {series_label(most.name)}."


def leakage(findings: Findings, _plates: Plates) -> Iterator[Block]:
    """What was tried to catch a forecast that knew its future."""
    yield section("Leakage audit")
    if isinstance(findings.leakage, Absent):
        yield Paragraph(findings.leakage.sentence)
        return
    yield Paragraph(audited(findings.leakage))
    yield TableBlock(
        "Examinations of the forecasts the models were chosen by",
        tables.audit(findings.leakage),
        "Made on a sample before a model is stored, and blocking; “spx audit” makes them more thoroughly.",
    )
    yield Paragraph(ELSEWHERE, typeset.CAPTION)


def audited(rows: tuple[Examined, ...]) -> str:
    """The verdict of the audit."""
    found = sum(bool(one.findings) for one in rows)
    if found == 0:
        return f"All {len(rows)} leakage tests passed."
    return f"{found} of {len(rows)} examinations found a leak: no score in this report may be believed."
