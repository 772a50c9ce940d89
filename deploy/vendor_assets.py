"""Fetch the pinned front-end packages and write the few files of them that the platform ships.

Run `python3 deploy/vendor_assets.py` by hand after changing a version here, a class name of the
design system in a template, or a token in `static/app.css`. It needs npm, and writes
`platform/waardewerk/static/vendor/` and `tests/vendor/`, each with a manifest.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "platform/waardewerk/static"
SHIPPED = STATIC / "vendor"
FOR_TESTS = ROOT / "tests/vendor"


@dataclass(frozen=True)
class Package:
    """One npm package: what it is called, which version, and the file that we take from it."""

    name: str
    version: str
    licence: str
    file: str


@dataclass(frozen=True)
class Fetched:
    """A package that was unpacked, with the hash of the archive as the registry gave it."""

    package: Package
    folder: Path
    archive_sha256: str

    def read(self) -> bytes:
        return (self.folder / self.package.file).read_bytes()


def _utrecht(component: str, version: str) -> Package:
    return Package(f"@utrecht/{component}-css", version, "EUPL-1.2", "dist/index.css")


def _candidate(component: str, version: str) -> Package:
    name = f"@nl-design-system-candidate/{component}-css"
    return Package(name, version, "EUPL-1.2", f"dist/{component}.css")


STYLES = (
    _candidate("skip-link", "1.0.5"),
    _candidate("button", "1.1.0"),
    _candidate("data-badge", "1.0.5"),
    _utrecht("form-label", "2.0.1"),
    _utrecht("form-field-description", "2.0.1"),
    _utrecht("form-field-error-message", "2.0.1"),
    _utrecht("textbox", "3.1.0"),
    _utrecht("textarea", "3.0.1"),
    _utrecht("select", "2.0.1"),
    _utrecht("radio-button", "2.0.1"),
    _utrecht("alert", "3.0.1"),
    _utrecht("breadcrumb-nav", "2.1.0"),
    _utrecht("data-list", "2.0.1"),
    _utrecht("table", "2.0.2"),
)
TOKENS = Package(
    "@nl-design-system-unstable/voorbeeld-design-tokens", "7.4.1", "EUPL-1.2", "dist/theme.css"
)
FONT = Package(
    "@fontsource-variable/noto-sans",
    "5.3.0",
    "OFL-1.1",
    "files/noto-sans-latin-wght-normal.woff2",
)
HTMX = Package("htmx.org", "2.0.11", "0BSD", "dist/htmx.min.js")
AXE = Package("axe-core", "4.14.1", "MPL-2.0", "axe.min.js")

#: The design system's blocks that our templates use, each with the modifiers and elements of it.
#: Rules for everything else are left out.
BLOCKS = {
    "nl-skip-link": (),
    "nl-button": ("--primary", "--secondary", "--subtle", "--negative"),
    "nl-data-badge": (),
    "utrecht-form-label": ("--radio", "--checkbox"),
    "utrecht-form-field-description": (),
    "utrecht-form-field-error-message": (),
    "utrecht-textbox": ("--html-input",),
    "utrecht-textarea": ("--html-textarea",),
    "utrecht-select": ("--html-select",),
    "utrecht-radio-button": ("--html-input",),
    "utrecht-alert": ("--info", "--ok", "--warning", "--error"),
    "utrecht-breadcrumb-nav": ("__list", "__list--html-ol", "__item", "__link"),
    "utrecht-data-list": (
        "--rows",
        "__item",
        "__item-key",
        "__item-value",
        "__item-value--html-dd",
    ),
    "utrecht-table-container": (),
    "utrecht-table": ("--html-table",),
}
CLASSES = frozenset(block + part for block, parts in BLOCKS.items() for part in ("", *parts))

#: What we never show (disabled, native validation), never combine, or style ourselves (focus).
UNUSED = re.compile(
    r":focus|:disabled|:read-only|:invalid|:user-invalid|:autofill|secondary\)?\.nl-button--negative"
    r"|subtle\)?\.nl-button--negative"
)

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_USED = re.compile(r"var\(\s*(--[\w-]+)")
_DECLARED = re.compile(r"(?<![\w-])(--[\w-]+)\s*:\s*([^;{}]+)")


def fetch(package: Package, into: Path) -> Fetched:
    """Have npm download one pinned package and unpack it."""
    folder = into / re.sub(r"\W+", "-", package.name)
    folder.mkdir()
    command = ["npm", "pack", "--silent", "--ignore-scripts", f"--pack-destination={folder}"]
    subprocess.run([*command, f"{package.name}@{package.version}"], check=True, capture_output=True)  # noqa: S603
    archive = next(folder.glob("*.tgz"))
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return Fetched(package, folder / "package", _sha256(archive.read_bytes()))


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Yield (what stands before the brace, what stands inside) for the top level of the CSS."""
    start = depth = opened = 0
    for place, sign in enumerate(css):
        if sign == "{":
            opened = place if depth == 0 else opened
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : place].strip()
                start = place + 1


def keep_used_rules(css: str, classes: frozenset[str]) -> str:
    """Drop every selector that names a class we do not use, and every rule left without one."""
    kept = []
    for head, body in rules(_COMMENT.sub("", css)):
        if head.startswith("@media"):
            inner = keep_used_rules(body, classes)
            kept += [f"{head}{{{inner}}}"] if inner else []
            continue
        selectors = [one for one in _split_selectors(head) if _is_used(one, classes)]
        if selectors and not head.startswith("@"):
            kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def _split_selectors(head: str) -> list[str]:
    """Split at the commas that are not inside brackets."""
    parts, depth, current = [], 0, ""
    for sign in head:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += sign
    return [*parts, current.strip()]


def _is_used(selector: str, classes: frozenset[str]) -> bool:
    # :not(...) says what an element is without, so what stands in it needs no element of ours.
    asks = re.sub(r":not\((?:[^()]|\([^()]*\))*\)", "", selector)
    return set(_CLASS.findall(asks)) <= classes and not UNUSED.search(asks)


def settle_fallbacks(css: str, always: frozenset[str], sometimes: frozenset[str]) -> str:
    """Shorten `var(--a, var(--b, c))` to what can apply, given which tokens are ever set."""
    settled, place = "", 0
    while (start := css.find("var(", place)) >= 0:
        end = _closing_bracket(css, start + 3)
        name, comma, rest = (part.strip() for part in css[start + 4 : end].partition(","))
        fallback = settle_fallbacks(rest, always, sometimes)
        settled += css[place:start]
        if name in always or not comma:
            settled += f"var({name})"
        elif name in sometimes:
            settled += f"var({name},{fallback})"
        else:
            settled += fallback
        place = end + 1
    return settled + css[place:]


def _closing_bracket(css: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(css)):
        depth += (css[place] == "(") - (css[place] == ")")
        if depth == 0:
            return place
    raise ValueError("a bracket is not closed")


def drop_unset(css: str, known: frozenset[str]) -> str:
    """Leave out declarations whose only value is a token that nobody sets."""

    def keep(declaration: re.Match[str]) -> str:
        return declaration[0] if declaration[1] in known else ""

    return re.sub(r"[\w-]+\s*:\s*var\(\s*(--[\w-]+)\s*\)\s*(?:;|(?=\}))", keep, css)


def tokens_in_use(tokens: Mapping[str, str], css: str, settled: Iterable[str]) -> dict[str, str]:
    """Follow var() from the CSS to the tokens it ends at; `settled` ones are set by ourselves."""
    ours, found, waiting = set(settled), {}, _USED.findall(css)
    while waiting:
        name = waiting.pop()
        if name in found or name in ours or name not in tokens:
            continue
        found[name] = tokens[name]
        waiting += _USED.findall(tokens[name])
    return dict(sorted(found.items()))


def compact(css: str) -> str:
    """Leave out the white space that a browser does not need."""
    css = re.sub(r"\s+", " ", _COMMENT.sub("", css))
    css = re.sub(r"\s*([{};,>])\s*", r"\1", css)
    css = re.sub(r":\s+", ":", css)
    css = re.sub(r"\(\s+", "(", re.sub(r"\s+\)", ")", css))
    return css.replace(";}", "}").replace("}", "}\n")


def design_system(styles: Iterable[Fetched], theme: Fetched) -> bytes:
    """Build one style sheet of the components we use and only the tokens that these need."""
    own = (STATIC / "app.css").read_text()
    css = "".join(keep_used_rules(style.read().decode(), CLASSES) for style in styles)
    missing = CLASSES - set(_CLASS.findall(css))
    if missing:
        sys.exit(f"No rule was found for: {', '.join(sorted(missing))}.")
    declared = dict(_DECLARED.findall(_COMMENT.sub("", theme.read().decode())))
    settled = dict(_DECLARED.findall(_COMMENT.sub("", own)))
    always = frozenset({*declared, *settled})
    sometimes = frozenset(name for name, _ in _DECLARED.findall(css))
    css = drop_unset(settle_fallbacks(css, always, sometimes), always | sometimes)
    tokens = tokens_in_use(declared, css + own, settled)
    root = ";".join(f"{name}:{value.strip()}" for name, value in tokens.items())
    head = "/* NL Design System, EUPL-1.2; packages and versions: MANIFEST.json */\n"
    return (head + compact(f":root{{{root}}}{css}")).encode()


def licences(fetched: Iterable[Fetched]) -> Iterator[tuple[str, bytes]]:
    """Yield the licence text that each licence we depend on asks to be kept beside the files."""
    seen = set()
    for one in fetched:
        licence = one.package.licence
        if licence in seen:
            continue
        seen.add(licence)
        text = next(path for path in sorted(one.folder.iterdir()) if path.stem == "LICENSE")
        yield f"LICENSE-{licence}.txt", text.read_bytes()


def write(folder: Path, files: Mapping[str, tuple[bytes, tuple[Fetched, ...]]]) -> None:
    """Write files, licence texts and manifest; refuse a package that changed silently."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / "MANIFEST.json"
    everything = [one for _, sources in files.values() for one in sources]
    _refuse_changed_packages(manifest, everything)
    entries: list[dict[str, Any]] = []
    for name, (content, sources) in files.items():
        (folder / name).write_bytes(content)
        entries.append({"file": name, "sha256": _sha256(content), "from": _origins(sources)})
    for name, content in licences(everything):
        (folder / name).write_bytes(content)
        entries.append({"file": name, "sha256": _sha256(content)})
    manifest.write_text(json.dumps({"files": entries}, indent=2) + "\n")


def _origins(sources: Iterable[Fetched]) -> list[dict[str, str]]:
    return [
        {
            "name": one.package.name,
            "version": one.package.version,
            "licence": one.package.licence,
            "archive_sha256": one.archive_sha256,
        }
        for one in sources
    ]


def _refuse_changed_packages(manifest: Path, fetched: Iterable[Fetched]) -> None:
    if not manifest.exists():
        return
    known = {
        (origin["name"], origin["version"]): origin["archive_sha256"]
        for entry in json.loads(manifest.read_text())["files"]
        for origin in entry.get("from", ())
    }
    for one in fetched:
        key = (one.package.name, one.package.version)
        if known.get(key, one.archive_sha256) != one.archive_sha256:
            sys.exit(f"{key[0]} {key[1]} is not the archive it was before. Nothing was written.")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main() -> None:
    """Fetch everything into a temporary folder and write the two vendor folders."""
    with tempfile.TemporaryDirectory() as temporary:
        into = Path(temporary)
        styles = tuple(fetch(package, into) for package in STYLES)
        theme, font, htmx, axe = (fetch(package, into) for package in (TOKENS, FONT, HTMX, AXE))
        write(
            SHIPPED,
            {
                "nlds.css": (design_system(styles, theme), (*styles, theme)),
                "htmx.min.js": (htmx.read(), (htmx,)),
                "noto-sans-latin.woff2": (font.read(), (font,)),
            },
        )
        write(FOR_TESTS, {"axe.min.js": (axe.read(), (axe,))})


if __name__ == "__main__":
    main()
