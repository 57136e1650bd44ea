"""The pages on expressions and their functions, as Markdown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.expressions import (
    App,
    ExpressionContext,
    ExpressionError,
    compile_expression,
)
from pendo_emulator.engage.pipeline.expressions.functions.catalog import FAMILIES
from pendo_emulator.engage.pipeline.expressions.functions.dates import EXAMPLE_TIME
from pendo_emulator.engage.pipeline.expressions.parser import MAX_DEPTH
from pendo_emulator.engage.pipeline.expressions.syntax import TOPICS, Topic
from pendo_emulator.engage.pipeline.expressions.tokens import MAX_LENGTH, MAX_TOKENS
from pendo_emulator.engage.pipeline.expressions.work_limit import MAX_HEAVY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_emulator.engage.pipeline.expressions.functions.function import Example, Function

EXAMPLE_CONTEXT: Final = ExpressionContext(
    EXAMPLE_TIME, apps=(App(-323232, "web"), App(11, "extension"), App(12, "ios"), App(13, "android"))
)
GENERATED: Final = (
    "<!-- Written by `python -m pendo_emulator.engage.pipeline.documentation docs/engage`; do not edit. -->\n"
)
_LINE: Final = 120
_EXAMPLES: Final = (
    "The examples run on Monday, 30 November 2026, at 13:45:10.250, in the time zone UTC. The subscription has the "
    "applications -323232 (`web`), 11 (`extension`), 12 (`ios`) and 13 (`android`). Times are Unix milliseconds."
)
_INTRODUCTION: Final = f"""\
Expressions are the texts in `filter`, `eval`, `select`, aggregators, the bounds of a time series and `if`. Their syntax
is that of C's expressions (documented). An expression reads the fields of one row and gives one value. A filter keeps a
row only if the value is true (documented).

{{index}}

An expression that cannot be read is answered with status 400; the error has the column. An expression has at most
{MAX_LENGTH:,} characters, {MAX_TOKENS:,} words and signs, {MAX_DEPTH} nested levels, and {MAX_HEAVY} functions,
slices and comparisons of two fields. Chains of `&&` and `||` may be longer. These limits are the emulator's; Pendo's
are unknown.

## Precedence

From the weakest to the strongest, as in C (documented); operators of one line are read from left to right:

```text
||
&&
==  !=
<  <=  >  >=
+  -
*  /  %
!  - (sign)
.  [ ]
```
"""


def expression_pages() -> dict[str, str]:
    """Return the text of each page by its file name."""
    families = {family: family_page(family) for family in FAMILIES}
    index = "\n".join(
        f"- [{family}]({families[family]}): {', '.join(_link(one.name, families[family]) for one in functions)}"
        for family, functions in FAMILIES.items()
    )
    pages = {
        families[family]: _page(f"Functions: {family}", _EXAMPLES, functions) for family, functions in FAMILIES.items()
    }
    return {"expressions.md": _page("Expressions", _INTRODUCTION.format(index=index), TOPICS)} | pages


def _page(title: str, introduction: str, entries: Iterable[Topic | Function]) -> str:
    sections = "\n".join(map(_section, entries))
    return f"{GENERATED}\n# {title}\n\n{_wrapped(introduction)}\n\n{sections}"


def _section(entry: Topic | Function) -> str:
    lines = [f"## {entry.name}", "", "```text", *entry.syntax.split("  "), "```", "", _wrapped(entry.meaning), ""]
    lines += [_wrapped(f"How it is known: {entry.known}."), "", "| expression | row | result |", "|---|---|---|"]
    lines += map(_example, entry.examples)
    if entry.refused:
        lines += ["", "| refused | error |", "|---|---|", *map(_refusal, entry.refused)]
    return "\n".join([*lines, ""])


def _example(example: Example) -> str:
    row = _code(_json(example.row)) if example.row else ""
    return f"| {_code(example.expression)} | {row} | {_code(_json(example.result))} |"


def _refusal(text: str) -> str:
    try:
        compile_expression(text, EXAMPLE_CONTEXT)
    except ExpressionError as error:
        return f"| {_code(text)} | {_code(str(error))} |"
    raise ValueError(text)


def _code(text: str) -> str:
    """Return inline code inside a table, which may contain backquotes."""
    fence = "``" if "`" in text else "`"
    blank = " " if "`" in text else ""
    return f"{fence}{blank}{text}{blank}{fence}".replace("|", "\\|")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _wrapped(text: str) -> str:
    """Return paragraphs of one line each with at most 120 characters a line; other texts stay as they are."""
    if "\n" in text:
        return text.strip("\n")
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > _LINE:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def family_page(family: str) -> str:
    """Return the file name of the page of a family of functions."""
    slug = family.lower().replace("'", "").replace(" ", "-")
    return f"functions-{slug}.md"


def _link(name: str, page: str) -> str:
    return f"[{name}]({page}#{name.lower()})"
