"""The pages of the causes: as text for a terminal, and as Markdown for the documentation."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.name_suggestion import nearest
from pendo_emulator.inspection.causes.cause_texts import CAUSE_TEXTS
from pendo_emulator.report.cause_symptoms import CAUSE_SYMPTOMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WIDTH: Final = 100
INDEX: Final = "README.md"
UNKNOWN: Final = "unknown cause {slug!r}{hint}; `pendo-emulator causes list` names all"

_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>|])")
_INTRODUCTION: Final = """\
# Causes

`pendo-emulator inspect` names one of these causes, the root cause first. [support-case.md](../support-case.md) shows
how to use it. The output of `pendo-emulator causes docs` is this folder.

| cause | in one sentence |
|---|---|
"""


class UnknownCauseError(ValueError):
    """A name that is no cause; the text suggests a similar one."""


def slugs() -> list[str]:
    """Return the names of all causes, in the order of the catalogue."""
    return list(CAUSE_TEXTS)


def title(slug: str) -> str:
    """Return the sentence of a cause for lists."""
    return CAUSE_TEXTS[slug].title


def has_page(slug: str) -> bool:
    """Return whether a name is that of a cause with a page."""
    return slug in CAUSE_TEXTS


def sections(slug: str) -> Iterator[tuple[str, str]]:
    """Yield the headings and texts of a cause's page; raise UnknownCauseError for another name."""
    if slug not in CAUSE_TEXTS:
        near = nearest(slug, list(CAUSE_TEXTS))
        raise UnknownCauseError(UNKNOWN.format(slug=slug, hint=f"; did you mean {near}?" if near else ""))
    text, symptom = CAUSE_TEXTS[slug], CAUSE_SYMPTOMS[slug]
    yield "What you see in Pendo", symptom.symptom
    yield "What proves it", symptom.proof
    yield "What to do", text.fix
    yield "It is something else if you see", text.refuted_by
    yield "How this is known", symptom.source


def rules(slug: str) -> tuple[str, ...]:
    """Return the rules that prove a cause."""
    return CAUSE_TEXTS[slug].rules


def as_plain_text(slug: str, width: int = WIDTH) -> str:
    """Return the page of one cause as text."""
    parts = [f"{heading}\n{_fill(text, width)}" for heading, text in sections(slug)]
    if named := rules(slug):
        parts.append(f"Rules\n{_fill(', '.join(named), width)}")
    return "\n\n".join([f"{slug}\n{_fill(title(slug), width)}", *parts])


def as_markdown_pages() -> Mapping[str, str]:
    """Return the pages of the documentation by their file names, the index included."""
    index = "".join(f"| [{slug}]({slug}.md) | {_escape(title(slug))} |\n" for slug in slugs())
    return {INDEX: _INTRODUCTION + index, **{f"{slug}.md": _page(slug) for slug in slugs()}}


def _page(slug: str) -> str:
    parts = [f"# {slug}", _escape(title(slug))]
    for heading, text in sections(slug):
        parts += [f"## {heading}", _escape(text)]
    if named := rules(slug):
        parts += ["## Rules", "\n".join(f"- [{rule}](../rules.md#{rule})" for rule in named)]
    parts.append("[All causes](README.md)")
    return "\n\n".join(parts) + "\n"


def _escape(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _fill(text: str, width: int) -> str:
    return "\n".join(wrap(text, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))
