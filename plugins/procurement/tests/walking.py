"""What tests share that walk every page: all that can be read in it, and the forms that it holds.

Of a file that is what a reader of that file sees: a PDF and what is packed are opened.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

import pypdf


@lru_cache(maxsize=512)
def text_of(content: bytes) -> str:
    """Give what can be read in a page or a file, whatever is packed in it too."""
    if content.startswith(b"%PDF"):
        return _text_of_pdf(content)
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(text_of(packed.read(name)) for name in packed.namelist())


def _text_of_pdf(content: bytes) -> str:
    """Give the text of each page, also without the breaks that a line may put in a word."""
    read = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    return "\n".join((*read, *(re.sub(r"\s", "", one) for one in read)))


@dataclass
class Form:
    """A form that sends something, as it stands on a page."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """The forms on a page, with what stands in their fields; nothing where nothing is chosen."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[Form] = []
        #: Addresses to which a part of a form is sent while somebody types.
        self.while_typing: dict[str, Form] = {}
        self._form: Form | None = None
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or what is in one."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self._form = Form(given.get("action") or self.address)
            self.found.append(self._form)
        if self._form is None:
            return
        if address := given.get("hx-post"):
            self.while_typing.setdefault(address, self._form)
        if name := given.get("name"):
            self._note(tag, name, given)
        if tag == "option" and self._select and ("selected" in given or not self._chosen()):
            self._form.fields[self._select] = given.get("value", "")

    def _note(self, tag: str, name: str, given: dict[str, str]) -> None:
        assert self._form is not None
        if tag == "select":
            self._select = name
        if tag == "textarea":
            self._textarea = name
        if tag != "input":
            return
        if given.get("type") not in {"radio", "checkbox"} or "checked" in given:
            self._form.fields[name] = given.get("value", "")
        # What nobody chose is there to be chosen: it is empty.
        self._form.fields.setdefault(name, "")

    def _chosen(self) -> bool:
        return self._form is not None and self._select in self._form.fields

    def handle_data(self, data: str) -> None:
        """Note what stands in a large field."""
        if self._form is not None and self._textarea:
            self._form.fields[self._textarea] = self._form.fields.get(self._textarea, "") + data

    def handle_endtag(self, tag: str) -> None:
        """Come to the end of a form, or of what is in one."""
        if tag == "form":
            self._form = None
        if tag in {"select", "textarea"}:
            self._select = self._textarea = ""


def forms_on(page: str, address: str) -> list[Form]:
    """Give the forms on a page, those that are sent while somebody types too."""
    parser = _Forms(address)
    parser.feed(page)
    parser.close()
    typed = [Form(place, form.fields) for place, form in parser.while_typing.items()]
    return [*parser.found, *typed]
