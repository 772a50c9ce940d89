"""What a file in the dossier is, told by its first bytes and never by its name."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from waardewerk.refusal import Refusal

#: In bytes. Two megabytes is a report of dozens of pages.
LARGEST = 2 * 1024 * 1024
ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Programs in a document: nobody who reads a dossier needs them.
PROGRAMS = re.compile(r"vbaproject\.bin$|^basic/|^scripts/", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """A kind of file that may be attached."""

    media_type: str
    ending: str


KINDS = {
    "pdf": Kind("application/pdf", "pdf"),
    "png": Kind("image/png", "png"),
    "odt": Kind(ODT, "odt"),
    "docx": Kind(DOCX, "docx"),
}


def kind_of(content: bytes) -> Kind:
    """Return what kind of file this is, or refuse it."""
    if len(content) > LARGEST:
        raise Refusal(
            "This file is larger than %(most)s MB. Make it smaller, or link to it.",
            most=LARGEST // 1024 // 1024,
        )
    if content.startswith(b"%PDF-"):
        return KINDS["pdf"]
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_package(content)
    raise Refusal("Only PDF, Word (.docx), OpenDocument text (.odt) and PNG files can be added.")


def _kind_of_package(content: bytes) -> Kind:
    names, declared = _opened(content)
    if any(PROGRAMS.search(name) for name in names):
        raise Refusal("There are macros in this document. Save it without them, or as PDF.")
    if declared == ODT:
        return KINDS["odt"]
    if {"[Content_Types].xml", "word/document.xml"} <= names:
        return KINDS["docx"]
    raise Refusal("Only PDF, Word (.docx), OpenDocument text (.odt) and PNG files can be added.")


def _opened(content: bytes) -> tuple[set[str], str]:
    """Return the names in a package, and what an OpenDocument package says that it is."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            names = set(package.namelist())
            if "mimetype" not in names or package.getinfo("mimetype").file_size > len(ODT):
                return names, ""
            return names, package.read("mimetype").decode("ascii", "replace")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as fault:
        raise Refusal("This file cannot be opened: it is damaged or locked.") from fault


def file_name(title: str, kind: Kind) -> str:
    """Return the name under which a file is saved: that of its title, in plain letters."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:80]
    return f"{plain or 'attachment'}.{kind.ending}"
