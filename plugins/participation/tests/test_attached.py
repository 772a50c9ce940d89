"""Files are what their content says, whatever their name is."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from waardewerk.refusal import Refusal
from waardewerk_participation import attached
from waardewerk_participation.attached import DOCX, ODT, kind_of


def a_package(**members: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return target.getvalue()


WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (a_package(mimetype=ODT.encode()), ODT),
        (a_package(**WORD), DOCX),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, media_type: str) -> None:
    assert kind_of(content).media_type == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<script>alert(1)</script>",
        b"GIF89a",
        b"MZ\x90\x00",
        a_package(hello=b"world"),
        a_package(mimetype=b"application/epub+zip"),
        a_package(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
    ],
)
def test_another_kind_of_file_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal, match="Only PDF"):
        kind_of(content)


@pytest.mark.parametrize(
    "members",
    [
        {**WORD, "word/vbaProject.bin": b"x"},
        {"mimetype": ODT.encode(), "Basic/Standard/Module1.xml": b"x"},
    ],
)
def test_a_document_with_macros_is_refused(members: dict[str, bytes]) -> None:
    with pytest.raises(Refusal, match="macros"):
        kind_of(a_package(**members))


def test_a_damaged_package_is_refused_in_words() -> None:
    with pytest.raises(Refusal, match="damaged"):
        kind_of(a_package(**WORD)[:40])


def test_a_file_over_two_megabytes_is_refused() -> None:
    assert kind_of(b"%PDF-".ljust(attached.LARGEST)).ending == "pdf"
    with pytest.raises(Refusal, match="2 MB"):
        kind_of(b"%PDF-".ljust(attached.LARGEST + 1))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("IAMA 2026, deel 1", "iama-2026-deel-1.pdf"),
        ('"../../etc/passwd', "etc-passwd.pdf"),
        ("数据", "attachment.pdf"),
    ],
)
def test_a_file_is_saved_under_a_plain_name(title: str, name: str) -> None:
    assert attached.file_name(title, attached.KINDS["pdf"]) == name
