"""`@case` and `@replace`: directives that change strings."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.javascript.utf16 import utf16_text, utf16_units
from pendo_destination.javascript.values import UNDEFINED, is_nullish, is_number, text, truthy
from pendo_destination.mapping.directive import directive_error, fail_with, resolve_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_destination.mapping.directive import CompilePart, Resolver

MAX_LENGTH: Final = 10

_CASES: Final = {"lower": str.lower, "upper": str.upper}
_INSERTION: Final = re.compile(r"\$([$&`'])")


def compile_case(options: Any, compile_part: CompilePart) -> Resolver:
    """Compile `@case`: strings become lower or upper case; other values stay, even with an invalid operator."""
    if not isinstance(options, dict):
        return fail_with('@case requires an object with a "operator" key')
    if not truthy(options.get("operator")):
        return fail_with('@case requires a "operator" key')
    resolve_value = compile_part(options["value"] if truthy(options.get("value")) else UNDEFINED)
    operator = options["operator"]
    change_case = _CASES.get(operator) if isinstance(operator, str) else None

    def resolve(payload: Any) -> Any:
        value = resolve_value(payload)
        if not isinstance(value, str):
            return value
        if change_case is None:
            raise directive_error('operator key should have a value of "lower" or "upper"')
        return change_case(value)

    return resolve


def compile_replace(options: Any, compile_part: CompilePart) -> Resolver:
    """Compile `@replace`: replace one or two literal patterns in strings, numbers and booleans.

    Other values become "".
    """
    if not isinstance(options, dict):
        return fail_with('@replace requires an object with a "pattern" key')
    if not truthy(options.get("pattern")):
        return fail_with('@replace requires a "pattern" key')
    if not truthy(options.get("value")):
        return resolve_to(UNDEFINED)
    resolve_value = compile_part(options["value"])
    substitutions = _compile_substitutions(options)

    def resolve(payload: Any) -> str:
        value = resolve_value(payload)
        if not substitutions or not (isinstance(value, (str, bool)) or is_number(value)):
            return ""
        value = text(value)
        for substitute in substitutions:
            value = substitute(value)
        return value

    return resolve


def _compile_substitutions(options: dict[str, Any]) -> list[Callable[[str], str]]:
    """Compile the one or two substitutions of a `@replace`; none if an option has the wrong type."""
    ignore_case = _option(options, "ignorecase", default=False)
    replace_all = _option(options, "global", default=True)
    if not (isinstance(ignore_case, bool) and isinstance(replace_all, bool)):
        return []
    substitutions = []
    for number in ("", "2"):
        pattern, replacement = options.get(f"pattern{number}"), _option(options, f"replacement{number}", default="")
        if not (pattern and isinstance(pattern, str) and isinstance(replacement, str)):
            break
        substitutions.append(
            compile_substitution(pattern, replacement, ignore_case=ignore_case, replace_all=replace_all)
        )
    return substitutions


def _option(options: dict[str, Any], name: str, *, default: Any) -> Any:
    value = options.get(name)
    return default if is_nullish(value) else value


def compile_substitution(
    pattern: str, replacement: str, *, ignore_case: bool, replace_all: bool
) -> Callable[[str], str]:
    """Compile the substitution of a literal pattern; `replacement` is a template of JavaScript's String.replace."""
    pattern_units, template = utf16_units(pattern), utf16_units(replacement)
    if len(pattern_units) > MAX_LENGTH:
        return fail_with(f'@replace requires a "pattern" less than {MAX_LENGTH} characters')
    if len(template) > MAX_LENGTH:
        return fail_with(f'@replace requires a "replacement" less than {MAX_LENGTH} characters')
    fold = _fold_case if ignore_case else str
    needle = fold(pattern_units)

    def substitute(value: str) -> str:
        subject = utf16_units(value)
        haystack = fold(subject)
        parts: list[str] = []
        end = 0
        while (start := haystack.find(needle, end)) >= 0:
            parts += subject[end:start], _expand(template, subject, start, start + len(needle))
            end = start + len(needle)
            if not replace_all:
                break
        return utf16_text("".join(parts) + subject[end:])

    return substitute


def _expand(template: str, subject: str, start: int, end: int) -> str:
    """Expand `$$`, `$&`, `` $` `` and `$'`; `$1` and `$<name>` stay because the pattern has no groups."""
    parts = {"$": "$", "&": subject[start:end], "`": subject[:start], "'": subject[end:]}
    return _INSERTION.sub(lambda match: parts[match[1]], template)


def _fold_case(string: str) -> str:
    return string.upper() if string.isascii() else "".join(map(_fold_unit, string))


@lru_cache(maxsize=4096)
def _fold_unit(unit: str) -> str:
    """Fold one UTF-16 unit as a regular expression without the `u` flag does (ECMA-262, Canonicalize)."""
    upper = unit.upper()
    return unit if len(upper) != 1 or (upper.isascii() and not unit.isascii()) else upper
