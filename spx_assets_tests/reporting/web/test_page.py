"""The page as a file: whole, without a word of another address, equal for equal documents."""

from __future__ import annotations

from html.parser import HTMLParser

from spx_assets.reporting import Findings, Report
from spx_assets.reporting.figures import plates
from spx_assets.reporting.sections import document
from spx_assets.reporting.web.page import page

VOID = {"meta", "img", "br"}


class Elements(HTMLParser):
    """Every element with its attributes, every id, and whether tags close what was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it; an element that has an end stays open."""
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It ends what was opened last."""
        assert self.open.pop() == tag

    def every(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every element of this name."""
        return [attributes for name, attributes in self.found if name == tag]


def _parsed(rendered: Report) -> Elements:
    elements = Elements()
    elements.feed(rendered.html.decode())
    assert elements.open == []
    return elements


def test_it_is_well_formed_with_a_language_a_title_and_landmarks(rendered: Report) -> None:
    """One first heading, one main part, a navigation with a name; ids are unique and every link leads to one."""
    found = _parsed(rendered)
    assert found.every("html")[0]["lang"] == "en-GB"
    assert [len(found.every(tag)) for tag in ("title", "h1", "main", "nav")] == [1, 1, 1, 1]
    ids = [str(attributes["id"]) for _, attributes in found.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = [str(link["href"]) for link in found.every("a")]
    assert len(targets) == 14
    assert {target.removeprefix("#") for target in targets} <= set(ids)


def test_it_fetches_nothing(rendered: Report) -> None:
    """Pictures are data, there is no link to a style sheet or script, and the policy forbids the rest."""
    found = _parsed(rendered)
    assert found.every("link") == []
    assert all("src" not in script for script in found.every("script"))
    assert all(str(image["src"]).startswith("data:image/png;base64,") for image in found.every("img"))
    assert b"http://" not in rendered.html
    assert b"https://" not in rendered.html
    (policy,) = [meta for meta in found.every("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert str(policy["content"]).startswith("default-src 'none'; img-src data:; style-src 'sha256-")


def test_every_picture_has_alternative_text_and_every_table_a_caption(made: Findings, rendered: Report) -> None:
    """And every head of a table can be pressed."""
    found = _parsed(rendered)
    expected = [plate.alternative_text for plate in plates(made).values() if plate.draw]
    assert [image["alt"] for image in found.every("img")] == expected
    assert all(alternative.startswith("Chart: ") and alternative.endswith(".") for alternative in expected)
    assert len(found.every("table")) == len(found.every("caption")) >= 14
    heads = [head for head in found.every("th") if head.get("scope") == "col"]
    assert {head["aria-sort"] for head in heads} == {"none"}
    assert len(heads) == len([one for one in found.every("button") if one.get("id") is None])


def test_equal_documents_give_equal_bytes(made: Findings) -> None:
    """Nothing of the moment or the process is in it."""
    laid = document(made, plates(made))
    assert page(laid, {"outlook": b"png"}) == page(laid, {"outlook": b"png"})
