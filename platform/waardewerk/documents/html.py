"""The document as an HTML page for the screen and the printer."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from waardewerk.documents.tree import Document, Run


def to_html(document: Document, *, stylesheet: str | None = None) -> str:
    """Return a whole page without scripts or inline styles; `stylesheet` is the address of one."""
    link = Markup('<link rel="stylesheet" href="{}">\n').format(stylesheet) if stylesheet else ""
    return Markup(
        "<!doctype html>\n"
        '<html lang="{language}">\n'
        "<head>\n"
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="author" content="{author}">\n'
        '<meta name="description" content="{description}">\n'
        "<title>{title}</title>\n"
        "{link}</head>\n"
        "<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    ).format(
        language=document.language,
        author=document.author,
        description=document.description,
        title=document.title,
        link=link,
        body=body_html(document),
    )


def body_html(document: Document) -> Markup:
    """Return the document as one article, to stand in a page of the site."""
    written = _template_engine().get_template("document.html").render(document=document)
    return Markup(written.strip())  # noqa: S704 - the template escapes


@cache
def _template_engine() -> Environment:
    engine = Environment(
        autoescape=True,
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    engine.filters["lines"] = _with_line_breaks
    engine.filters["prose"] = _prose
    engine.filters["drawing"] = Markup  # a Figure holds shapes and text only
    return engine


def _with_line_breaks(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def _prose(runs: Iterable[Run]) -> Markup:
    return Markup("").join(map(_run, runs))


def _run(run: Run) -> Markup:
    written = _with_line_breaks(run.text)
    if run.emphasis:
        written = Markup("<em>{}</em>").format(written)
    return Markup("<strong>{}</strong>").format(written) if run.strong else written
