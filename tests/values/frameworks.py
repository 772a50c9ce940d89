"""Frameworks of every shape, for the tests that hold for all of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from waardewerk.values.framework import Framework, Reading

LANGUAGES = ("nl", "en", "fy")
KEYS = [f"k{n}" for n in range(12)]

#: What people write, and what YAML could trip over.
words = st.sampled_from(
    (
        "Rust",
        "Één plek",
        "twee\nregels",
        'zei "ja": en {toen}',
        "no",
        "- 1.10",
        "# geen commentaar",
        "\\n",
        "'",
        "\t\u2028 eind\xa0",
        "العدالة 🙂",
        "null",
    )
)


@st.composite
def texts(draw: st.DrawFn, languages: tuple[str, ...]) -> dict[str, str]:
    """A text in the first language, and perhaps in others."""
    others = draw(st.lists(st.sampled_from(languages), unique=True))
    return {code: draw(words) for code in languages if code == languages[0] or code in others}


@st.composite
def frameworks(draw: st.DrawFn, least_values: int = 0) -> Framework:
    """A framework in which each thing serves only what stands before it, so never in a circle."""
    count = draw(st.integers(1, len(LANGUAGES)))
    languages = tuple(draw(st.permutations(LANGUAGES)))[:count]
    text = texts(languages)
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=least_values, max_size=8))
    kinds = [
        draw(st.sampled_from(["values"] if n < least_values else list(MAKERS)))
        for n, _key in enumerate(keys)
    ]
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in MAKERS}
    before: list[tuple[str, str]] = []
    for key, kind in zip(keys, kinds, strict=True):
        can_serve = [one for one, other in before if kind == "norms" or other != "norms"]
        if kind == "norms" and not can_serve:
            kind = "foundations"
        found[kind].append(MAKERS[kind](draw, key, text, can_serve))
        before.append((key, kind))
    content = {
        "format": "waardewerk/value-framework@1",
        "id": "urn:example:framework:any",
        "languages": list(languages),
        "title": draw(text),
        "intro": draw(st.none() | text),
        "owner": draw(words).strip(),
        **found,
    }
    return Framework.model_validate(content, context=Reading())


def _serves(draw: st.DrawFn, text: Any, can_serve: list[str], least: int) -> list[dict[str, Any]]:
    served = draw(
        st.lists(st.sampled_from(can_serve), unique=True, min_size=least, max_size=3)
        if can_serve
        else st.just([])
    )
    return [{"key": key, "because": draw(text)} for key in served]


def _foundation(draw: st.DrawFn, key: str, text: Any, _can_serve: list[str]) -> dict[str, Any]:
    return {"key": key, "name": draw(text), "text": draw(st.none() | text)}


def _principle(draw: st.DrawFn, key: str, text: Any, can_serve: list[str]) -> dict[str, Any]:
    return {"key": key, "name": draw(text), "serves": _serves(draw, text, can_serve, 0)}


def _value(draw: st.DrawFn, key: str, text: Any, can_serve: list[str]) -> dict[str, Any]:
    likeness = {"relation": "narrower", "list": "urn:example:list", "item": "one"}
    return {
        "id": f"urn:example:value:{key}",
        "name": draw(text),
        "definition": draw(text),
        "fits": draw(st.lists(text, max_size=3)),
        "misses": draw(st.lists(text, max_size=3)),
        "source": draw(st.just("") | words.map(str.strip)),
        "serves": _serves(draw, text, can_serve, 0),
        "likenesses": draw(st.lists(st.just(likeness), max_size=1)),
    }


def _norm(draw: st.DrawFn, key: str, text: Any, can_serve: list[str]) -> dict[str, Any]:
    return {
        "key": key,
        "situation": draw(text),
        "text": draw(text),
        "serves": _serves(draw, text, can_serve, 1),
    }


MAKERS: dict[str, Any] = {
    "foundations": _foundation,
    "principles": _principle,
    "values": _value,
    "norms": _norm,
}
