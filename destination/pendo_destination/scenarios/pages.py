"""The pages of the scenarios: as text for a terminal, and as Markdown for the documentation."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import visible
from pendo_destination.scenarios.library import find_scenario, scenario_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pendo_contracts.scenarios.scenario import Scenario

WIDTH: Final = 100
INDEX: Final = "README.md"
MAX_TEXT: Final = 4_000

_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>|])")
_INTRODUCTION: Final = """\
# Scenarios

Each scenario is a known problem that can be run: `pendo-destination scenario run NAME`. [scenarios.md](../scenarios.md)
shows how to use them. The output of `pendo-destination scenario docs` is this folder.

| scenario | the problem | in a browser too |
|---|---|---|
"""


def sections(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield the headings and texts of a scenario's page."""
    yield "What you see in Pendo", scenario.symptom
    yield "Why", scenario.why
    yield "How to recognize it", scenario.see
    yield "How to fix it", scenario.fix
    if scenario.possible:
        yield "What a recording does not prove", scenario.possible
    if scenario.source:
        yield "How this is known", scenario.source


def as_plain_text(scenario: Scenario, width: int = WIDTH) -> str:
    """Return the page of a scenario as text; a file can contain anything, so control characters are escaped."""
    parts = [f"{visible(scenario.name)}\n{_fill(scenario.title, width)}"]
    parts += [f"{heading}\n{_fill(text, width)}" for heading, text in sections(scenario)]
    expect = scenario.expect
    rules = f"; rules: {', '.join(expect.findings)}" if expect.findings else ""
    parts.append(f"What an inspection says\n{_fill(f'{expect.cause} ({expect.certainty}){rules}', width)}")
    return "\n\n".join(parts)


def as_markdown_pages() -> Mapping[str, str]:
    """Return the pages of the documentation by their file names, the index included."""
    scenarios = [find_scenario(name) for name in scenario_names()]
    index = "".join(
        f"| [{one.name}]({one.name}.md) | {_escape(one.title)} | {'yes' if one.browser else ''} |\n"
        for one in scenarios
    )
    return {INDEX: _INTRODUCTION + index, **{f"{one.name}.md": _page(one) for one in scenarios}}


def _page(scenario: Scenario) -> str:
    parts = [f"# {scenario.name}", _escape(scenario.title)]
    for heading, text in sections(scenario):
        parts += [f"## {heading}", _escape(text)]
    parts += ["## What an inspection says", _verdict(scenario)]
    agent = "\npendo-destination scenario run --agent node_modules/@pendo/agent {0}" if scenario.browser else ""
    parts += ["## Run it", f"```text\npendo-destination scenario run {{0}}{agent}\n```".format(scenario.name)]
    parts.append(f"The file is `fixtures/scenarios/{scenario.name}.yaml`. [All scenarios](README.md)")
    return "\n\n".join(parts) + "\n"


def _verdict(scenario: Scenario) -> str:
    """Return the expected cause and rules, with links; a cause that no page has is the name of a rule."""
    expect = scenario.expect
    is_rule = expect.cause in expect.findings and expect.certainty == "possible"
    page = f"../rules.md#{expect.cause}" if is_rule else f"../causes/{expect.cause}.md"
    text = f"The cause [{expect.cause}]({page}) is {expect.certainty}."
    rules = [name if "#" in name else f"[{name}](../rules.md#{name})" for name in expect.findings]
    return text + (f" These rules find something: {', '.join(rules)}." if rules else " No rule finds anything.")


def _escape(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


def _fill(text: str, width: int) -> str:
    shown = visible(" ".join(text.split()), MAX_TEXT)
    return "\n".join(wrap(shown, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))
