"""What the documents say exists: commands, links, names, files; and their samples run."""

from __future__ import annotations

import re
import shlex
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from waardewerk.cli import cli
from waardewerk.questionnaires.definition import (
    Definition,
    DefinitionError,
    Question,
    Section,
    load_definition,
)
from waardewerk.questionnaires.question_types import BUILT_IN_TYPES
from waardewerk.values.framework import load_framework

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        ROOT / "plugins" / "README.md",
        ROOT / "translations" / "glossary.md",
    ]
)
TYPES = {question_type.key: question_type for question_type in BUILT_IN_TYPES}

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+)`")
#: What `python3 platform` does itself, before there is anything to hand over to.
OF_THE_BOOTSTRAP = {"test"}


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def read(file: str | Path) -> str:
    return (ROOT / file).read_text("utf-8")


def blocks(file: str | Path, language: str) -> list[str]:
    """Return the code blocks in one language."""
    return [code for found, code in BLOCK.findall(read(file)) if found == language]


def without_blocks(text: str) -> str:
    return BLOCK.sub("", text)


# The newcomer's page -------------------------------------------------------------------------


def test_the_readme_stays_short() -> None:
    assert len(read("README.md").splitlines()) <= 120


# Links ---------------------------------------------------------------------------------------


def anchors(file: Path) -> set[str]:
    """Return the anchors that a page's headings get."""
    headings = HEADING.findall(without_blocks(file.read_text("utf-8")))
    return {anchor_of(heading) for heading in headings}


def anchor_of(heading: str) -> str:
    kept = [c for c in heading.lower() if c in " -_" or unicodedata.category(c)[0] in "LN"]
    return "".join(kept).replace(" ", "-")


@pytest.mark.parametrize("file", DOCS, ids=name_of)
def test_a_link_to_another_page_leads_there(file: Path) -> None:
    lost = [target for target in links_in(file) if not leads_somewhere(file, target)]
    assert lost == []


def links_in(file: Path) -> Iterator[str]:
    for target in LINK.findall(without_blocks(file.read_text("utf-8"))):
        if "://" not in target and not target.startswith("mailto:"):
            yield target


def leads_somewhere(file: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    page = (file.parent / path).resolve() if path else file
    return page.exists() and (not anchor or anchor in anchors(page))


def test_every_page_in_docs_can_be_reached_from_the_readme() -> None:
    reached = {
        (ROOT / target.partition("#")[0]).resolve() for target in links_in(ROOT / "README.md")
    }
    pages = set(ROOT.glob("docs/*.md"))
    assert pages <= reached


# Commands ------------------------------------------------------------------------------------


def commands_in(file: Path) -> Iterator[str]:
    """Give the commands that a page tells to type, in blocks and within sentences."""
    text = file.read_text("utf-8")
    lines = [line for code in blocks(file, "console") for line in code.splitlines()]
    lines += re.findall(r"^ {4}(.+)$", without_blocks(text), re.MULTILINE)
    lines += SPAN.findall(without_blocks(text))
    for line in lines:
        if re.match(r"(waardewerk|python3(\.\d+)? platform)( |$)", line):
            yield line


@pytest.mark.parametrize("file", DOCS, ids=name_of)
def test_a_command_that_a_page_names_exists(file: Path) -> None:
    unknown = [line for line in commands_in(file) if not exists(line)]
    assert unknown == []


def exists(line: str) -> bool:
    words = shlex.split(line, comments=True)
    words = words[1:] if words[0] == "waardewerk" else words[2:]
    if words[:1] == ["…"] or (words[:1] and words[0] in OF_THE_BOOTSTRAP):
        return True
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("--"):
        found = command.get_command(click.Context(command), words.pop(0))
        if found is None:
            return False
        command = found
    known = {option for parameter in command.params for option in parameter.opts}
    return all(word in known or word == "--help" for word in words if word.startswith("--"))


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert exists("python3 platform db check")
    assert exists("waardewerk run --demo")
    assert not exists("waardewerk db czech")
    assert not exists("waardewerk run --fast")


@pytest.mark.parametrize("file", DOCS, ids=name_of)
def test_a_console_block_holds_only_commands(file: Path) -> None:
    lines = [line for code in blocks(file, "console") for line in code.splitlines() if line]
    others = [
        line for line in lines if not re.match(r"(waardewerk|python3 platform|pip install) ", line)
    ]
    assert others == []


# Samples -------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", DOCS, ids=name_of)
def test_a_python_sample_compiles(file: Path) -> None:
    for code in blocks(file, "python"):
        compile(code, name_of(file), "exec")


@pytest.mark.parametrize("file", ["docs/figures.md", "docs/opinion-groups.md", "docs/scan.md"])
def test_a_worked_example_comes_out_as_the_page_says(file: str) -> None:
    samples = blocks(file, "python")
    assert samples
    for code in samples:
        exec(code, {})


def test_the_backup_in_the_sample_is_a_whole_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = blocks("docs/operating.md", "python")
    (tmp_path / "var").mkdir()
    (tmp_path / "backup").mkdir()
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect("var/waardewerk.db")) as live:
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("CREATE TABLE answer (text)")
        live.execute("INSERT INTO answer VALUES ('kept')")
        live.commit()
        exec(code, {})
    with closing(sqlite3.connect("backup/waardewerk.db")) as copy:
        assert copy.execute("SELECT text FROM answer").fetchall() == [("kept",)]


# The format of a questionnaire ---------------------------------------------------------------


def sample_questionnaire() -> str:
    (text,) = blocks("docs/questionnaires.md", "yaml")
    return text


def test_the_sample_questionnaire_can_be_used() -> None:
    definition = load_definition(sample_questionnaire(), TYPES)
    assert [question.id for question in definition.questions()] == [
        "buying.criteria",
        "buying.contracts",
    ]


def test_the_sample_messages_are_those_of_the_sample_with_two_mistakes() -> None:
    wrong = re.sub(r'^ +"3": .*\n', "\n", sample_questionnaire(), flags=re.MULTILINE)
    wrong = wrong.replace('title: {nl: "Hoeveel', 'titel: {nl: "Hoeveel')
    with pytest.raises(DefinitionError) as refused:
        load_definition(wrong, TYPES)
    (said,) = blocks("docs/questionnaires.md", "text")
    assert said.strip() == str(refused.value)


def fields_of(part: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in part.model_fields.items()}


def table_under(heading: str) -> list[list[str]]:
    """Return the cells of the first table under a heading of the page on questionnaires."""
    text = read("docs/questionnaires.md").partition(f"{heading}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert table is not None
    return [line.strip("|").split(" | ") for line in table[0].splitlines()]


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("### The questionnaire", Definition),
        ("### A section", Section),
        ("### A question", Question),
    ],
)
def test_each_field_of_the_format_is_in_its_table(heading: str, part: type[BaseModel]) -> None:
    said = {SPAN.findall(row[0])[0] for row in table_under(heading) if "`" in row[0]}
    assert said == fields_of(part)


@pytest.mark.parametrize("key", TYPES)
def test_each_type_of_question_is_there_with_its_own_fields(key: str) -> None:
    row = next(row for row in table_under("And per type:") if row[0].strip() == f"`{key}`")
    own = fields_of(TYPES[key].fields) - fields_of(Question)
    assert own <= set(SPAN.findall(row[2]))


# The format of a value framework ---------------------------------------------------------------


def test_the_sample_framework_can_be_used() -> None:
    (text,) = blocks("docs/values.md", "yaml")
    framework = load_framework(text)
    assert [value.key for value in framework.values] == ["openheid"]
    assert set(framework.serves["uitleg"]) == {"openheid"}


# Names ---------------------------------------------------------------------------------------


@cache
def source() -> str:
    """Return all our source text in one piece."""
    kinds = {".py", ".html", ".toml", ".yaml", ".yml", ".js", ".css"}
    files = [ROOT / "pyproject.toml", ROOT / "publiccode.yml"]
    for folder in ("platform", "plugins", "deploy", "bench", "translations"):
        files += [file for file in (ROOT / folder).rglob("*") if file.suffix in kinds]
    return "\n".join(file.read_text("utf-8") for file in files)


@cache
def words_in_source() -> frozenset[str]:
    return frozenset(re.findall(r"\w+", source()))


OURS = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "translations" / "glossary.md"])


@pytest.mark.parametrize("file", OURS, ids=name_of)
def test_a_name_from_the_code_that_a_page_uses_is_still_there(file: Path) -> None:
    text = without_blocks(file.read_text("utf-8"))
    names = [span for span in SPAN.findall(text) if re.fullmatch(r"[a-z]+(_[a-z]+)+", span)]
    assert [name for name in names if name not in words_in_source()] == []


@pytest.mark.parametrize("file", OURS, ids=name_of)
def test_a_file_that_a_page_names_is_still_there(file: Path) -> None:
    text = without_blocks(file.read_text("utf-8"))
    named = {span for span in SPAN.findall(text) if re.fullmatch(r"[\w/]+\.(py|html|yaml)", span)}
    assert [name for name in sorted(named) if not is_somewhere(name)] == []


def is_somewhere(name: str) -> bool:
    places = ("", "platform/", "platform/waardewerk/", "platform/waardewerk/*/", "plugins/*/")
    more = ("plugins/*/*/", "platform/waardewerk/templates/")
    return any(any(ROOT.glob(place + name)) for place in (*places, *more))


def test_the_map_of_the_house_shows_what_is_there() -> None:
    (picture,) = blocks("docs/architecture.md", "text")
    files = re.findall(r"\b\w+\.py\b", picture)
    folders = re.findall(r"\b(\w+)/", picture)
    assert [file for file in files if not is_somewhere(file)] == []
    known = {path.name for path in [*ROOT.glob("*/"), *ROOT.glob("p*/*/"), *ROOT.glob("p*/*/*/")]}
    assert [folder for folder in folders if folder not in known] == []


def test_every_module_on_top_of_the_core_is_on_the_map() -> None:
    (picture,) = blocks("docs/architecture.md", "text")
    modules = {file.name for file in ROOT.glob("platform/waardewerk/*.py")}
    hidden = {"__init__.py", "__main__.py"}
    assert modules - hidden - set(re.findall(r"\b\w+\.py\b", picture)) == set()


def test_the_tables_in_the_page_on_privacy_exist() -> None:
    rows = [line.split(" | ") for line in read("docs/privacy.md").splitlines() if "`" in line]
    named = {name for row in rows if len(row) == 4 for name in SPAN.findall(row[2])}
    there = set(re.findall(r'__tablename__ = "(\w+)"', source()))
    assert named
    assert named <= there


# Decisions and words -------------------------------------------------------------------------


def test_decisions_are_numbered_without_a_hole() -> None:
    files = sorted(ROOT.glob("docs/decisions/*.md"))
    numbers = [int(file.name[:4]) for file in files]
    assert numbers == list(range(1, len(files) + 1))
    for number, file in zip(numbers, files, strict=True):
        assert file.read_text("utf-8").startswith(f"# {number}. ")


def glossary() -> Iterator[list[str]]:
    for line in read("translations/glossary.md").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "in code":
            yield cells


def test_the_glossary_has_one_word_for_each_thing() -> None:
    in_dutch: dict[str, set[str]] = {}
    in_english: dict[str, set[str]] = {}
    in_frisian: dict[str, set[str]] = {}
    for _code, dutch, english, frisian, *_rest in glossary():
        in_dutch.setdefault(dutch.lower(), set()).add(english.lower())
        in_english.setdefault(english.lower(), set()).add(dutch.lower())
        in_frisian.setdefault(frisian.lower(), set()).add(dutch.lower())
    double = [
        (word, other)
        for words in (in_dutch, in_english, in_frisian)
        for word, other in words.items()
        if len(other) > 1
    ]
    assert double == []


def test_what_is_in_the_glossary_is_in_the_code() -> None:
    text = read("translations/glossary.md")
    built = text.partition("## Values in use, and what is still to come")[0]
    names = [
        name
        for line in built.splitlines()
        for name in SPAN.findall(line.split("|")[1] if line.startswith("|") else "")
    ]
    assert [name for name in names if name not in words_in_source()] == []
