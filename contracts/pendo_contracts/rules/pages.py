"""The pages of the rules: as text for a terminal, as a document for JSON, and as Markdown for the documentation."""

from __future__ import annotations

import re
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.rules.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.rules.rule_base import Description

WIDTH: Final = 120

# The order of the fields on a page, with their headings.
HEADINGS: Final = {
    "symptom": "What you see in Pendo",
    "reason": "Why",
    "fix": "What to do",
    "source": "How this is known",
}

SEVERITIES: Final = {
    "error": "the check fails",
    "warning": "the check fails only with `--strict`",
    "note": "the check never fails",
}

_INTRODUCTION: Final = """\
# Rules

A rule finds errors that no schema of a single request can show, such as the wrong region or an event that was sent
twice. `pendo-emulator check`, `pendo-emulator exec` and the [control API](control-api.md) use all rules. A rule reads
the requests in the order of their arrival, and never compares requests of different API keys.

| severity | meaning |
|---|---|
"""
_SETTINGS: Final = """
These commands list the rules, and print the page of one rule; `pendo-emulator rules docs` prints all pages. A running
emulator has the same pages at `/rules/`.

```sh
pendo-emulator rules list
pendo-emulator rules show id-twins
```

## Settings

`[tool.pendo-emulator.rules]` of the nearest `pyproject.toml`, or a table `[rules]` of the file that you give with
`--settings`, switches rules off and changes their severities and thresholds:

```toml
[tool.pendo-emulator.rules]
id-twins = "off"
events-missing = "error"
track-properties-size = { severity = "error", max_bytes = 400 }
```

In Python: `Emulator(rules=RuleSettings(off=frozenset({"id-twins"})))`.
"""
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>|])")


def descriptions() -> list[Description]:
    """Return the descriptions of all rules, in the order of the catalogue."""
    return [rule.description for rule in RULES]


def as_document(about: Description) -> dict[str, Any]:
    """Return a description as a JSON object."""
    return {
        "name": about.name,
        "severity": about.severity,
        "section": about.section,
        "summary": about.summary,
        **{field: getattr(about, field) for field in HEADINGS},
        "thresholds": dict(about.thresholds),
    }


def paragraphs(about: Description) -> list[tuple[str, str]]:
    """Return the headings and sentences of a rule's page; the first sentence, the summary, has no heading."""
    texts = [(heading, _sentence(getattr(about, field))) for field, heading in HEADINGS.items()]
    return [("", _sentence(about.summary)), *texts]


def severities() -> list[tuple[str, str]]:
    """Return each severity with its meaning, as text without Markdown."""
    return [(name, meaning.replace("`", "")) for name, meaning in SEVERITIES.items()]


def as_plain_text(about: Description, width: int = WIDTH) -> str:
    """Return the page of one rule as text."""
    parts = [f"{about.name} ({about.severity}, {about.section})"]
    for heading, text in paragraphs(about):
        parts.append(f"{heading}\n{_fill(text, width, '  ')}" if heading else _fill(text, width))
    if about.thresholds:
        parts.append("\n".join(["Thresholds", *(f"  {name} = {value}" for name, value in about.thresholds.items())]))
    return "\n\n".join(parts)


def as_markdown() -> str:
    """Return the page of the documentation about all rules."""
    table = "".join(f"| {name} | {meaning} |\n" for name, meaning in SEVERITIES.items())
    sections = groupby(descriptions(), key=lambda about: about.section)
    rules = "".join(_section(name, abouts) for name, abouts in sections)
    return f"{_INTRODUCTION}{table}{_SETTINGS}{rules}"


def _section(name: str, abouts: Iterable[Description]) -> str:
    return f"\n## {name.capitalize()}\n" + "".join("\n".join(_rule(about)) for about in abouts)


def _rule(about: Description) -> Iterator[str]:
    yield f"\n### {about.name}\n"
    yield f"{about.severity.capitalize()}: {_escape(_sentence(about.summary, capitalize=False))}\n"
    for field, heading in HEADINGS.items():
        yield f"- {heading}: {_escape(_sentence(getattr(about, field)))}"
    if about.thresholds:
        values = ", ".join(f"`{name} = {value}`" for name, value in about.thresholds.items())
        yield f"- Thresholds: {values}"
    yield ""


def _sentence(text: str, *, capitalize: bool = True) -> str:
    """Return a text with a final full stop, and with a capital letter unless it begins with a name in small letters."""
    first = text[:1].upper() if capitalize else text[:1]
    return f"{first}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def _escape(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _fill(text: str, width: int, indent: str = "") -> str:
    return "\n".join(wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False))
