"""`@case` and `@replace`: strings changed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.utf16 import utf16_text, utf16_units
from pendo_destination.javascript.values import UNDEFINED, is_nullish, is_number, text, truthy
from pendo_destination.mapping.directive import constant, directive_error, failing

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_destination.mapping.directive import Compile, Resolver

LONGEST: Final = 10

_CASES: Final = {"lower": str.lower, "upper": str.upper}
_INSERTION: Final = re.compile(r"\$([$&`'])")


def compile_case(options: Any, compiled: Compile) -> Resolver:
    """Compile `@case`: strings become lower or upper case; other values pass, whatever the operator."""
    if not isinstance(options, dict):
        return failing('@case requires an object with a "operator" key')
    if not truthy(options.get("operator")):
        return failing('@case requires a "operator" key')
    subject = compiled(options["value"] if truthy(options.get("value")) else UNDEFINED)
    operator = options["operator"]
    change = _CASES.get(operator) if isinstance(operator, str) else None

    def resolve(payload: Any) -> Any:
        value = subject(payload)
        if not isinstance(value, str):
            return value
        if change is None:
            raise directive_error('operator key should have a value of "lower" or "upper"')
        return change(value)

    return resolve


def compile_replace(options: Any, compiled: Compile) -> Resolver:
    """Compile `@replace`: one or two literal patterns, in a string, number or boolean; other values become ""."""
    if not isinstance(options, dict):
        return failing('@replace requires an object with a "pattern" key')
    if not truthy(options.get("pattern")):
        return failing('@replace requires a "pattern" key')
    if not truthy(options.get("value")):
        return constant(UNDEFINED)
    subject = compiled(options["value"])
    steps = _substitutions(options)

    def resolve(payload: Any) -> str:
        value = subject(payload)
        if not steps or not (isinstance(value, (str, bool)) or is_number(value)):
            return ""
        value = text(value)
        for substitute in steps:
            value = substitute(value)
        return value

    return resolve


def _substitutions(options: dict[str, Any]) -> list[Callable[[str], str]]:
    """Read the one or two substitutions out of `@replace`'s options; none when an option is of the wrong type."""
    ignorecase = _option(options, "ignorecase", default=False)
    everywhere = _option(options, "global", default=True)
    if not (isinstance(ignorecase, bool) and isinstance(everywhere, bool)):
        return []
    steps = []
    for number in ("", "2"):
        pattern, replacement = options.get(f"pattern{number}"), _option(options, f"replacement{number}", default="")
        if not (pattern and isinstance(pattern, str) and isinstance(replacement, str)):
            break
        steps.append(substitution(pattern, replacement, ignorecase=ignorecase, everywhere=everywhere))
    return steps


def _option(options: dict[str, Any], name: str, *, default: Any) -> Any:
    value = options.get(name)
    return default if is_nullish(value) else value


def substitution(pattern: str, replacement: str, *, ignorecase: bool, everywhere: bool) -> Callable[[str], str]:
    """Compile one replacement of a literal pattern; `replacement` is a template of JavaScript's String.replace."""
    wanted, template = utf16_units(pattern), utf16_units(replacement)
    if len(wanted) > LONGEST:
        return failing(f'@replace requires a "pattern" less than {LONGEST} characters')
    if len(template) > LONGEST:
        return failing(f'@replace requires a "replacement" less than {LONGEST} characters')
    fold = _folded if ignorecase else str
    needle = fold(wanted)

    def substitute(value: str) -> str:
        subject = utf16_units(value)
        haystack = fold(subject)
        pieces: list[str] = []
        end = 0
        while (start := haystack.find(needle, end)) >= 0:
            pieces += subject[end:start], _inserted(template, subject, start, start + len(needle))
            end = start + len(needle)
            if not everywhere:
                break
        return utf16_text("".join(pieces) + subject[end:])

    return substitute


def _inserted(template: str, subject: str, start: int, end: int) -> str:
    """Expand `$$`, `$&`, `` $` `` and `$'`; without groups in the pattern `$1` and `$<name>` stay as they are."""
    parts = {"$": "$", "&": subject[start:end], "`": subject[:start], "'": subject[end:]}
    return _INSERTION.sub(lambda found: parts[found[1]], template)


def _folded(string: str) -> str:
    return string.upper() if string.isascii() else "".join(map(_folded_unit, string))


@lru_cache(maxsize=4096)
def _folded_unit(unit: str) -> str:
    """Fold one UTF-16 unit as a regular expression without the `u` flag does (ECMA-262, Canonicalize)."""
    upper = unit.upper()
    return unit if len(upper) != 1 or (upper.isascii() and not unit.isascii()) else upper
