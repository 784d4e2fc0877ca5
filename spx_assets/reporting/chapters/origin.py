"""The closing chapters: the result in perspective, what the report was made from, and how to read it."""

from __future__ import annotations

from collections.abc import Iterator

from spx_assets.reporting import tables, typeset
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.blocks import Block, Definition, Paragraph, TableBlock, section
from spx_assets.reporting.chapters import Plates
from spx_assets.reporting.findings import Findings
from spx_assets.reporting.labels import listed, number, sessions
from spx_assets.reporting.perspective import SUSPICIOUS_DAILY, SUSPICIOUS_MONTHLY, Perspective
from spx_assets.reporting.provenance import software

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
    "Diebold–Mariano, p": (
        "test of equal squared error (Diebold and Mariano 1995, corrected by Harvey, Leybourne and Newbold 1997), "
        "one-sided; strict with models that nest the mean."
    ),
    "Pesaran–Timmermann, p": (
        "test that signs are predicted better than by chance (Pesaran and Timmermann 1992), one-sided; undefined when "
        "a forecast never changes its sign."
    ),
    "Hit rate, always up": (
        "share of returns whose sign was forecast, and the share that saying “up” each time would have got."
    ),
    "Coverage, width": "share of realised returns inside the 90 % interval, and the interval's average width.",
}


def in_perspective(findings: Findings, plates: Plates) -> Iterator[Block]:
    """The result beside what others published."""
    yield section("In perspective")
    found = findings.perspective
    if isinstance(found, Absent):
        yield Paragraph(found.sentence)
        return
    yield Paragraph(judged(found))
    yield plates["perspective"]
    sources = "; ".join(dict.fromkeys(one.source for one in found.published))
    yield TableBlock("Published figures", tables.published(found), f"{sources}.")


def judged(found: Perspective) -> str:
    """What an honest result looks like, and whether this one does."""
    daily, monthly = (number(100 * bound, 0) for bound in (SUSPICIOUS_DAILY, SUSPICIOUS_MONTHLY))
    expected = (
        "Honest daily forecasts of the index gain about a tenth of a per cent of R² at best, and their hit rate stays "
        f"below always saying “up”. More than {daily} % on daily or {monthly} % on monthly returns is more likely a "
        "leak than a discovery."
    )
    if found.suspicious:
        spans = listed([sessions(one.horizon) for one in found.suspicious])
        return f"{expected} The best candidate at {spans} is above that: look for a leak before believing it."
    return f"{expected} Nothing in this report is above that."


def made_from(findings: Findings, _plates: Plates) -> Iterator[Block]:
    """Models, versions and digests of everything it was made from."""
    yield section("How this report was made")
    if findings.card.fitted:
        yield TableBlock("Models", tables.fitted_models(findings.card))
    else:
        yield Paragraph("No model card was given: how the models were fitted is not known here.")
    yield TableBlock(
        "What was read",
        tables.inputs(findings.versions, findings.digests),
        "A version names content: equal content, equal version. A digest is the first 16 digits of the SHA-256 over "
        "the values, whatever file they came from.",
    )
    yield TableBlock("Software", tables.software(software()))


def reading(findings: Findings, _plates: Plates) -> Iterator[Block]:
    """Terms, use, limits, and what each feature is."""
    yield section("How to read it")
    yield _subsection("Terms")
    for number_of, (term, meaning) in enumerate(TERMS.items(), 1):
        yield Definition(term, meaning, space_after=10.0 if number_of == len(TERMS) else 4.0)
    for title, sentences in (("Intended use", findings.card.intended_use), ("Limits", findings.card.limits)):
        if sentences:
            yield _subsection(title)
            yield Paragraph(" ".join(sentences), typeset.CAPTION)
    features = tables.features(findings.completeness)
    if features.rows:
        yield TableBlock(
            "Features",
            features,
            "Unchanged: sessions with the value of the session before: most, of a monthly series or of the calendar.",
        )


def _subsection(title: str) -> Paragraph:
    return Paragraph(title, typeset.SUBSECTION, space_after=2.0, keep_with_next=True, bookmark=title, level=1)
