"""What a browser gets: vendored files as recorded, small, and nothing that a strict CSP refuses."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "platform/waardewerk/static"
TEMPLATES = sorted((ROOT / "platform/waardewerk/templates").rglob("*.html"))
OCDS = ROOT / "plugins/procurement/waardewerk_procurement/schema/ocds/vendor"
MANIFESTS = (
    STATIC / "vendor/MANIFEST.json",
    ROOT / "tests/vendor/MANIFEST.json",
    OCDS / "MANIFEST.json",
)
ON_A_FIRST_VISIT = ("vendor/nlds.css", "app.css", "vendor/htmx.min.js", "app.js")
PLUGIN_TEMPLATES = sorted(ROOT.glob("plugins/*/*/templates/**/*.html"))

FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*=|<style\b"),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)|<[^>{]*\son[a-z]+\s*="),
    "script in an htmx attribute": re.compile(r"hx-on|\bjs:|javascript:"),
    "a trigger filter": re.compile(r"""hx-trigger=["'][^"']*\["""),
    "a file from elsewhere": re.compile(r"""(?:src|href)=["'](?:https?:)?//"""),
}


def wire_size(name: str) -> int:
    return len(gzip.compress((STATIC / name).read_bytes(), mtime=0))


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.parent.name)
def test_vendored_files_are_the_recorded_ones(manifest: Path) -> None:
    entries = json.loads(manifest.read_text())["files"]
    found = {path.name for path in manifest.parent.iterdir()} - {manifest.name}
    assert {entry["file"] for entry in entries} == found
    for entry in entries:
        content = (manifest.parent / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["file"]


def test_a_first_visit_leaves_room_for_the_page_itself() -> None:
    font = (STATIC / "vendor/noto-sans-latin.woff2").stat().st_size
    assert sum(map(wire_size, ON_A_FIRST_VISIT)) + font < 75_000


def test_our_own_script_stays_below_four_kilobytes() -> None:
    assert (STATIC / "app.js").stat().st_size <= 4096


def test_every_design_system_class_in_a_template_has_its_rules() -> None:
    rules = (STATIC / "vendor/nlds.css").read_text() + (STATIC / "app.css").read_text()
    written = "".join(path.read_text() for path in TEMPLATES + PLUGIN_TEMPLATES)
    used = set(re.findall(r"(?<![\w-])(?:nl|utrecht)-[a-z][\w-]*[a-z](?!\w)", written))
    assert {name for name in used if f".{name}" not in rules} == set()


def test_every_token_in_the_style_sheets_is_set_somewhere() -> None:
    own = (STATIC / "app.css").read_text()
    both = own + (STATIC / "vendor/nlds.css").read_text()
    declared = set(re.findall(r"(--[\w-]+)\s*:", both))
    assert set(re.findall(r"var\((--[\w-]+)\)", own)) - declared == set()


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    templates = TEMPLATES + PLUGIN_TEMPLATES
    assert templates
    assert [path.name for path in templates if FORBIDDEN[what].search(path.read_text())] == []


def test_no_style_sheet_asks_for_a_file_from_elsewhere() -> None:
    for name in ("app.css", "vendor/nlds.css"):
        css = (STATIC / name).read_text()
        assert "@import" not in css
        assert re.findall(r"url\((?![\"']?vendor/)[^)]*", css) == []
