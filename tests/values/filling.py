"""Fills in forms as a browser does: what a page's form holds goes back, with some of it changed."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Fields = dict[str, str | list[str]]


class FormReader(HTMLParser):
    """Reads what the form that posts to ``action`` is filled with."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action = action
        self._inside = False
        self._text: str | None = None
        self._select = ""
        self.fields: Fields = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in what one element holds."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("action") == self._action and given.get("method") == "post"
        if not self._inside:
            return
        if tag == "input":
            self._input(given)
        elif tag == "textarea":
            self._text = given["name"]
            self.fields[self._text] = ""
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and (self._select not in self.fields or "selected" in given):
            self.fields[self._select] = given["value"]

    def _input(self, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if kind in {"checkbox", "radio"}:
            if "checked" in given:
                chosen = self.fields.setdefault(name, [])
                assert isinstance(chosen, list)
                chosen.append(given["value"])
        elif kind not in {"file", "submit"} and name:
            self.fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """See a form or text end."""
        if tag == "textarea" and self._text is not None:
            text = self.fields[self._text]
            assert isinstance(text, str)
            self.fields[self._text] = text.removeprefix("\r\n").removeprefix("\n")
            self._text = None
        elif tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        """Take in the text of a text area."""
        if self._text is not None:
            text = self.fields[self._text]
            assert isinstance(text, str)
            self.fields[self._text] = text + data


def fields_in(page: str, action: str) -> Fields:
    """Return what the form on a page that posts to ``action`` is filled with."""
    reader = FormReader(action)
    reader.feed(page)
    assert reader.fields, f"no form posts to {action}"
    return reader.fields


def form_of(client: FlaskClient, path: str) -> Fields:
    """Open a page and return what its own form is filled with."""
    response = client.get(path)
    assert response.status_code == 200, response.text
    return fields_in(response.text, path)


def save(client: FlaskClient, path: str, **changes: Any) -> TestResponse:
    """Open a form, change some of it and send it."""
    return client.post(path, data={**form_of(client, path), **changes})
