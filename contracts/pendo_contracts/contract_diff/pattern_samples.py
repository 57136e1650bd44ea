"""Texts that match a regular expression, from a small generator and from Hypothesis if it is installed."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, Final

_VARIANTS: Final = 6
_HYPOTHESIS_EXAMPLES: Final = 12
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": "0",
    "CATEGORY_NOT_DIGIT": "a",
    "CATEGORY_WORD": "a",
    "CATEGORY_NOT_WORD": "!",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "a",
}
_OTHERS: Final = "a0!A -_~é\t"
_EXTRA_REPEATS: Final = 2


@lru_cache(maxsize=1_000)
def samples(pattern: str, seed: int) -> tuple[str, ...]:
    """Return texts that may match a pattern; the caller checks them.

    The pattern has the syntax of ECMA 262. A pattern that Python cannot read has no samples.
    """
    try:
        parsed: Any = re._parser.parse(pattern)  # type: ignore[attr-defined]  # noqa: SLF001 - only parser of Python
    except (re.error, RecursionError, OverflowError):
        return ()
    found = dict.fromkeys(_write(parsed, variant) for variant in range(_VARIANTS))
    if has_hypothesis():
        found.update(dict.fromkeys(_from_hypothesis(pattern, seed)))
    return tuple(found)


def has_hypothesis() -> bool:
    """Return whether Hypothesis, from the extra `diff`, is installed."""
    return find_spec("hypothesis") is not None


def _from_hypothesis(pattern: str, seed: int) -> list[str]:
    from hypothesis import HealthCheck, given, settings  # noqa: PLC0415 - optional dependency
    from hypothesis import seed as seeded  # noqa: PLC0415 - optional dependency
    from hypothesis.strategies import from_regex  # noqa: PLC0415 - optional dependency

    found: list[str] = []

    @seeded(seed)
    @settings(
        max_examples=_HYPOTHESIS_EXAMPLES,
        database=None,
        deadline=None,
        phases=[_generate_phase()],
        suppress_health_check=list(HealthCheck),
    )
    @given(from_regex(pattern))
    def collect(text: str) -> None:
        found.append(text)

    collect()
    return sorted((text for text in found if text.isprintable()), key=len)


def _generate_phase() -> Any:
    from hypothesis import Phase  # noqa: PLC0415 - optional dependency

    return Phase.generate


def _write(parsed: Any, variant: int) -> str:
    return "".join(_write_part(str(operation), argument, variant) for operation, argument in parsed)


def _write_part(operation: str, argument: Any, variant: int) -> str:
    if operation == "LITERAL":
        return chr(argument)
    if operation == "NOT_LITERAL":
        return next(one for one in _OTHERS[variant % 5 :] + _OTHERS if ord(one) != argument)
    if operation == "ANY":
        return _OTHERS[variant % len(_OTHERS)]
    if operation == "IN":
        return _from_class(argument, variant)
    if operation == "BRANCH":
        return _write(argument[1][variant % len(argument[1])], variant)
    if operation == "SUBPATTERN":
        return _write(argument[-1], variant)
    if operation == "ATOMIC_GROUP":
        return _write(argument, variant)
    if operation in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = argument
        count = min(int(most), int(least) + (variant % (_EXTRA_REPEATS + 1)))
        return "".join(_write(inner, variant + place) for place in range(min(count, 5_000)))
    return ""


def _from_class(members: Any, variant: int) -> str:
    if str(members[0][0]) == "NEGATE":
        inside = members[1:]
        order = _OTHERS[variant % len(_OTHERS) :] + _OTHERS
        return next((one for one in order if not _contains(inside, one)), "Ω")
    kind, argument = members[variant % len(members)]
    if str(kind) == "RANGE":
        low, high = argument
        return chr((low, high, (low + high) // 2)[variant % 3])
    return chr(argument) if str(kind) == "LITERAL" else _CATEGORIES.get(str(argument), "a")


def _contains(members: Any, letter: str) -> bool:
    for kind, argument in members:
        if str(kind) == "LITERAL" and ord(letter) == argument:
            return True
        if str(kind) == "RANGE" and argument[0] <= ord(letter) <= argument[1]:
            return True
        if str(kind) == "CATEGORY":
            classes = {"DIGIT": r"\d", "WORD": r"\w", "SPACE": r"\s"}
            name = str(argument).removeprefix("CATEGORY_")
            expression = classes.get(name.removeprefix("NOT_"), r"\w")
            if (re.match(expression, letter) is not None) != name.startswith("NOT_"):
                return True
    return False
