"""The document's chapters in the order an expert reads: verdict, skill, forecasts, intervals, model, data, origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spx_assets.reporting import tables, typeset
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Block, Definition, Paragraph, PlateBlock, TableBlock, section
from spx_assets.reporting.figures import Plate
from spx_assets.reporting.findings import Findings
from spx_assets.reporting.pages import Running, paginate
from spx_assets.reporting.pdf import Document

TITLE = "S&P 500 return forecast"
TERMS = {
    "Log return": "log(close at the target / close at the origin), in %; 1 % is close to a gain of 1 % of the index.",
    "Historical mean": (
        "the average return of all sessions known at the origin, the benchmark of Goyal and Welch (2008). A forecast "
        "that does not beat it has no skill."
    ),
    "Out-of-sample R² (R²_OS)": (
        "1 less the forecast's squared error over the historical mean's (Campbell and Thompson 2008). Above zero is "
        "better than the mean. Honest daily values stay near zero."
    ),
    "RMSE ratio": "root mean squared error over that of the historical mean; below 1 is better.",
    "Clark–West, p": (
        "test of equal accuracy for nested models (Clark and West 2007), one-sided, Newey–West with h − 1 lags; a "
        "small p speaks for skill."
    ),
    "Hit rate, always up": (
        "share of returns whose sign was forecast, and the share that saying “up” each time would have got."
    ),
    "Coverage, width": "share of realised returns inside the 90 % interval, and the interval's average width.",
}


def document(findings: Findings, plates: Mapping[str, Plate]) -> Document:
    """The whole document, laid out on pages."""
    numbered = _numbered(plates)
    chapters = [list(chapter) for chapter in _chapters(findings, numbered)]
    until = findings.window.last_session
    edition = f"data to {until}" if until else "no data"
    return Document(
        paginate(chapters),
        Running(f"{TITLE}: analysis report", edition, "Made by spx_assets. Past accuracy promises nothing."),
        f"{TITLE}: analysis report, {edition}",
        findings.verdict.headline,
        "S&P 500, return forecast, out-of-sample, historical mean, prediction interval",
    )


def _numbered(plates: Mapping[str, Plate]) -> dict[str, PlateBlock]:
    """Drawn figures are numbered through; an absent one has no number to give."""
    blocks = {}
    number = 0
    for name, plate in plates.items():
        number += plate.draw is not None
        blocks[name] = PlateBlock(plate, number if plate.draw else 0)
    return blocks


def _chapters(findings: Findings, plates: Mapping[str, PlateBlock]) -> Iterator[Iterator[Block]]:
    yield _first_page(findings, plates)
    yield _skill(findings, plates)
    yield _plain("Forecasts beside what came", plates, "forecast_realised", "forecast_scatter")
    yield _plain("Can the intervals be trusted?", plates, "calibration", "coverage_through_time", "price_regimes")
    yield _plain("What the model uses", plates, "coefficients", "feature_correlation")
    yield _origin(findings, plates)
    yield _reading(findings)


def _first_page(findings: Findings, plates: Mapping[str, PlateBlock]) -> Iterator[Block]:
    window = findings.window
    yield Paragraph(TITLE, typeset.TITLE, space_after=0.0, bookmark="Verdict")
    if window.sessions:
        yield Paragraph(
            f"Analysis report on {window.sessions:,} sessions, {window.first_session} to {window.last_session}. "
            "No forecast uses what became known after its session's close.",
            typeset.NOTE,
            space_after=14.0,
        )
    yield Paragraph(findings.verdict.headline, typeset.HEADLINE, space_after=8.0)
    *sentences, last = findings.verdict.sentences
    for sentence in sentences:
        yield Paragraph(sentence, space_after=3.0)
    yield Paragraph(last, space_after=3.0 if findings.verdict.advice else 12.0)
    if findings.verdict.advice:
        yield Paragraph(findings.verdict.advice, space_after=12.0)
    if not isinstance(findings.outlook, Absent):
        yield TableBlock(
            f"Forecasts made at the close of {findings.outlook.origin}",
            tables.next_forecasts(findings.outlook),
            _close_note(findings),
        )
    yield plates["outlook"]
    if _errors_lead(plates):
        yield plates["error_difference"]


def _errors_lead(plates: Mapping[str, PlateBlock]) -> bool:
    """Without an outlook the error difference, if there is one, is the key figure."""
    return plates["outlook"].plate.draw is None and plates["error_difference"].plate.draw is not None


def _close_note(findings: Findings) -> str:
    outlook = findings.outlook
    if isinstance(outlook, Absent) or outlook.close is None:
        return "Log returns."
    return f"Log returns from the close of {outlook.close:,.2f} index points. “Mean so far” is the historical mean."


def _skill(findings: Findings, plates: Mapping[str, PlateBlock]) -> Iterator[Block]:
    yield section("Is there skill?")
    if not isinstance(findings.scores, Absent):
        yield TableBlock(
            "Scores out of sample, every candidate beside the historical mean",
            tables.scoreboard(findings.scores),
            "Bold: deployed. Each forecast used only what was known at its origin; the terms are explained at the end.",
        )
    if not _errors_lead(plates):
        yield plates["error_difference"]


def _plain(title: str, plates: Mapping[str, PlateBlock], *names: str) -> Iterator[Block]:
    yield section(title)
    for name in names:
        yield plates[name]


def _origin(findings: Findings, plates: Mapping[str, PlateBlock]) -> Iterator[Block]:
    yield section("How this report was made")
    yield plates["data_coverage"]
    yield TableBlock("Data", tables.data_window(findings.window))
    if findings.card.fitted:
        yield TableBlock("Models", tables.fitted_models(findings.card))
    else:
        yield Paragraph("No model card was given: how the models were fitted is not known here.")
    if findings.versions:
        yield TableBlock(
            "Versions", tables.versions(findings.versions), "A version names content: equal content, equal version."
        )


def _reading(findings: Findings) -> Iterator[Block]:
    yield section("How to read it")
    yield _subsection("Terms")
    for number, (term, meaning) in enumerate(TERMS.items(), 1):
        yield Definition(term, meaning, space_after=10.0 if number == len(TERMS) else 4.0)
    for title, sentences in (("Intended use", findings.card.intended_use), ("Limits", findings.card.limits)):
        if sentences:
            yield _subsection(title)
            yield Paragraph(" ".join(sentences), typeset.CAPTION)
    features = tables.features(findings.features)
    if features.rows:
        yield TableBlock("Features", features)


def _subsection(title: str) -> Paragraph:
    return Paragraph(title, typeset.SUBSECTION, space_after=2.0, keep_with_next=True, bookmark=title, level=1)
