"""The whole report: its text, its pictures, its bytes."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from spx_assets.reporting import Findings, Report, findings, report, tables
from spx_assets.reporting.absent import Absent
from spx_assets.reporting.figures import plates
from spx_assets_tests.reporting import synthetic

DIGESTS = """
from spx_assets.reporting import report
from spx_assets_tests.reporting import synthetic
from spx_assets_tests.reporting.test_document import digests
print(digests(report(synthetic.findings())))
"""


def digests(made: Report) -> str:
    """A line for each file of the report."""
    files = {"pdf": made.pdf, "html": made.html, **made.figures}
    return "\n".join(f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in files.items())


@cache
def _text(pdf: bytes) -> str:
    pages = (page.extract_text() for page in PdfReader(BytesIO(pdf), strict=True).pages)
    return " ".join(" ".join(pages).split())


def test_report_has_its_pages_and_figures(rendered: Report) -> None:
    """At least ten pages and fifteen figures; every figure is a PNG."""
    assert rendered.pages >= 10
    assert len(rendered.figures) >= 15
    assert len(PdfReader(BytesIO(rendered.pdf)).pages) == rendered.pages
    assert all(picture.startswith(b"\x89PNG") for picture in rendered.figures.values())


def test_pdf_text_holds_the_verdict(made: Findings, rendered: Report) -> None:
    """Real text: the headline, every sentence and the advice can be searched."""
    text = _text(rendered.pdf)
    for sentence in (made.verdict.headline, *made.verdict.sentences, made.verdict.advice):
        assert sentence in text
    assert "no candidate beat the historical mean" in text


def test_pdf_text_holds_every_number_of_the_scoreboard(made: Findings, rendered: Report) -> None:
    """Each row's cells stand in the text in order."""
    assert not isinstance(made.scores, Absent)
    text = _text(rendered.pdf)
    for row in tables.scoreboard(made.scores).rows:
        assert " ".join(cell for cell in row if cell) in text


def test_pdf_text_holds_every_number_of_the_other_tables(made: Findings, rendered: Report) -> None:
    """Comparisons, parts, value, intervals, series, inputs: each row's cells stand in the text in order."""
    assert not isinstance(made.comparisons, Absent)
    assert not isinstance(made.stretches, Absent)
    assert not isinstance(made.worth, Absent)
    assert not isinstance(made.trust, Absent)
    assert not isinstance(made.coverage, Absent)
    text = _text(rendered.pdf)
    for table in (
        tables.superior_ability(made.comparisons),
        tables.confidence_sets(made.comparisons),
        tables.stability(made.stretches),
        tables.economic_value(made.worth),
        tables.interval_tests(made.trust),
        tables.series(made.coverage),
        tables.inputs(made.versions, made.digests),
    ):
        for row in table.rows:
            assert " ".join(cell for cell in row if cell) in text


def test_both_renditions_say_the_same(made: Findings, rendered: Report) -> None:
    """Every sentence of the verdict and every caption is in the PDF and in the HTML."""
    pdf = _text(rendered.pdf)
    html = unescape(rendered.html.decode()).replace("\N{NO-BREAK SPACE}", " ")
    for text in (made.verdict.headline, *made.verdict.sentences, *(one.caption for one in plates(made).values())):
        assert text in pdf
        assert text in html


def test_pdf_text_holds_forecasts_vintage_and_versions(made: Findings, rendered: Report) -> None:
    """Next forecasts, the last session, the newest instant and the digests are on paper."""
    assert not isinstance(made.outlook, Absent)
    text = _text(rendered.pdf)
    for row in tables.next_forecasts(made.outlook).rows:
        assert " ".join(row) in text
    assert str(made.window.last_session) in text
    assert made.window.known_until in text
    assert all(version in text for _, version in made.versions)


def test_first_page_carries_the_verdict_the_forecasts_and_the_key_figure(rendered: Report) -> None:
    """Whoever reads one page has read the result."""
    page = PdfReader(BytesIO(rendered.pdf)).pages[0].extract_text()
    for words in (
        "No candidate beat the historical mean",
        "Forecasts made at the close of",
        "Figure 1. Where the index may be",
    ):
        assert words in page


def test_bookmarks_name_sections_and_figures(rendered: Report) -> None:
    """The outline leads to every numbered figure."""
    reader = PdfReader(BytesIO(rendered.pdf), strict=True)
    titles = [one.title for group in reader.outline if isinstance(group, list) for one in group]
    figures = [title for title in titles if title.startswith("Figure ")]
    assert [title.split(".")[0] for title in figures] == [f"Figure {n}" for n in range(1, len(rendered.figures) + 1)]


def test_pdf_embeds_truetype_and_has_no_date(rendered: Report) -> None:
    """Fonts are embedded TrueType; the metadata has a title and nothing that changes with time."""
    reader = PdfReader(BytesIO(rendered.pdf))
    assert rendered.pdf.count(b"/FontFile2") >= 2
    assert b"/Type3" not in rendered.pdf
    assert reader.metadata is not None
    assert reader.metadata.title == "S&P 500 return forecast: analysis report, data to 2016-12-02"
    assert b"Date" not in rendered.pdf


def test_equal_findings_give_equal_bytes_in_every_process(rendered: Report) -> None:
    """PDF, HTML and pictures do not depend on the process or its hash seed."""
    root = Path(__file__).parents[2]
    other = subprocess.run(
        [sys.executable, "-W", "ignore::RuntimeWarning", "-c", DIGESTS],
        cwd=root,
        env={"PYTHONHASHSEED": "77", "PYTHONPATH": str(root), "PATH": "", "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert other.stdout.strip() == digests(rendered)
    assert len(other.stdout.splitlines()) >= 17
    assert other.stderr == ""


def test_summary_is_json_with_the_numbers_of_the_findings(made: Findings, rendered: Report) -> None:
    """Counts, dates, verdict and scores are ready for metadata."""
    summary = json.loads(json.dumps(rendered.summary, allow_nan=False))
    assert (summary["plots"], summary["pages"]) == (len(rendered.figures), rendered.pages)
    assert (summary["sessions"], summary["first_session"]) == (700, "2014-03-31")
    assert summary["verdict"] == made.verdict.headline
    assert set(summary["r2_os"]) == {"1", "5", "21"}
    assert summary["deployed"] == dict.fromkeys(("1", "5", "21"), "historical_mean")
    assert summary["key_figure"] == next(iter(rendered.figures)) == "outlook"


def test_absent_inputs_leave_sentences(bare: Findings) -> None:
    """A report without forecasts still has pages, figures of the data, and says what is missing."""
    made = report(bare)
    assert made.pages >= 3
    text = _text(made.pdf)
    assert "There is no verdict yet." in text
    assert isinstance(bare.outlook, Absent)
    for part in (bare.outlook, bare.errors, bare.calibration, bare.coefficients, bare.worth, bare.trust, bare.leakage):
        assert isinstance(part, Absent)
        assert part.sentence in text
    assert "too few to tell regimes" in text
    assert list(made.figures) == ["price_regimes", "feature_correlation", "data_coverage"]
    assert bare.outlook.sentence in unescape(made.html.decode()).replace("\N{NO-BREAK SPACE}", " ")
    assert set(made.summary["absent"]) >= {"outlook", "error_difference", "calibration"}
    assert json.dumps(made.summary, allow_nan=False)


def test_empty_tables_make_a_report() -> None:
    """No observation, no session, no forecast: pages of sentences, not a crash."""
    observations, cleaned = synthetic.observations(60), synthetic.cleaned(60)
    evaluation = synthetic.evaluation(cleaned)
    made = report(findings(observations.iloc[:0], cleaned.iloc[:0], evaluation.iloc[:0], {}))
    assert made.figures == {}
    assert made.summary["first_session"] is None
    assert "There are no observations." in _text(made.pdf)


def test_a_horizon_without_known_returns_is_left_out() -> None:
    """Returns of one horizon still unknown: the others are reported."""
    cleaned = synthetic.cleaned(420)
    evaluation = synthetic.evaluation(cleaned)
    evaluation.loc[evaluation["horizon"] == 21, "realised"] = float("nan")
    made = findings(synthetic.observations(420), cleaned, evaluation, synthetic.card())
    assert not isinstance(made.scores, Absent)
    assert {row.horizon for row in made.scores} == {1, 5}
    assert sum(plate.draw is not None for plate in plates(made).values()) >= 7
