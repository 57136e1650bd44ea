"""Matches CSS selectors of features with the elements that the agent sends."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# An element as the rows have it: tag, id, class attribute, other attributes.
Element = list[Any]

_TOKEN: Final = re.compile(
    r"""(?P<combinator>\s*>\s*|\s+)
    |\#(?P<id>[\w\\-]+)
    |\.(?P<cls>[\w\\-]+)
    |\[\s*(?P<name>[\w:-]+)\s*(?:(?P<operator>[~|^$*]?=)\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[\w-]+))\s*)?\]
    |(?P<tag>\*|[A-Za-z][\w-]*)""",
    re.VERBOSE,
)
_TESTS: Final[dict[str, Callable[[str, str], bool]]] = {
    "=": lambda value, wanted: value == wanted,
    "^=": lambda value, wanted: bool(wanted) and value.startswith(wanted),
    "$=": lambda value, wanted: bool(wanted) and value.endswith(wanted),
    "*=": lambda value, wanted: bool(wanted) and wanted in value,
    "~=": lambda value, wanted: wanted in value.split(),
    "|=": lambda value, wanted: value == wanted or value.startswith(f"{wanted}-"),
}


class UnknownSelectorError(ValueError):
    """A selector with a part that the emulator cannot match."""


class _Condition(NamedTuple):
    """A condition on an attribute; `operator` is "" if the attribute must only be there."""

    name: str
    operator: str
    wanted: str


class _Compound(NamedTuple):
    """The conditions on one element; `is_child` says that it is the child of the element before it."""

    conditions: tuple[_Condition, ...]
    is_child: bool


def check_selector(selector: str) -> None:
    """Raise UnknownSelectorError for a selector that cannot be matched."""
    _parse(selector)


def matches_selector(selector: str, chain: Sequence[Element]) -> bool:
    """Return whether a selector matches the first element of a chain or one of its parents, which follow it.

    A click on an element inside of a feature is a click on the feature (assumed). Selectors have tags, `#id`, `.class`,
    attributes, descendants and children; commas separate alternatives.
    """
    return any(_matches(compounds, chain, start) for compounds in _parse(selector) for start in range(len(chain)))


def _matches(compounds: tuple[_Compound, ...], chain: Sequence[Element], start: int) -> bool:
    """Return whether compounds match the element at `start` and its parents, from right to left."""
    *others, last = compounds
    if not all(_has(chain[start], condition) for condition in last.conditions):
        return False
    if not others:
        return True
    following = (start + 1,) if last.is_child else range(start + 1, len(chain))
    return any(_matches(tuple(others), chain, place) for place in following if place < len(chain))


def _has(element: Element, condition: _Condition) -> bool:
    tag, id_, classes, attributes = element
    name, operator, wanted = condition
    match name:
        case "tag":
            return wanted == "*" or str(tag).lower() == wanted.lower()
        case "#":
            return bool(id_ == wanted)
        case ".":
            return wanted in str(classes).split()
    value = {"id": id_, "class": classes}.get(name) or (attributes or {}).get(name)
    if value is None:
        return False
    return not operator or _TESTS[operator](str(value), wanted)


@lru_cache(maxsize=1024)
def _parse(selector: str) -> tuple[tuple[_Compound, ...], ...]:
    return tuple(_parse_one(part.strip()) for part in _alternatives(selector))


def _alternatives(selector: str) -> list[str]:
    """Split at the commas outside of brackets."""
    return re.split(r",(?![^\[]*\])", selector)


def _parse_one(text: str) -> tuple[_Compound, ...]:
    compounds: list[_Compound] = []
    conditions: list[_Condition] = []
    place, is_child = 0, False
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise UnknownSelectorError(f"{text[:100]!r} has a part that is not imitated at character {place + 1}")
        place = found.end()
        if found["combinator"] is None:
            conditions.append(_condition(found))
            continue
        if not conditions:
            raise UnknownSelectorError(f"{text[:100]!r} begins with a combinator")
        compounds.append(_Compound(tuple(conditions), is_child))
        conditions, is_child = [], ">" in found["combinator"]
    if not conditions:
        raise UnknownSelectorError(f"{text[:100]!r} is not a selector")
    return (*compounds, _Compound(tuple(conditions), is_child))


def _condition(found: re.Match[str]) -> _Condition:
    if found["id"]:
        return _Condition("#", "", found["id"].replace("\\", ""))
    if found["cls"]:
        return _Condition(".", "", found["cls"].replace("\\", ""))
    if found["tag"]:
        return _Condition("tag", "", found["tag"])
    wanted = next((found[name] for name in ("double", "single", "bare") if found[name] is not None), "")
    return _Condition(found["name"], found["operator"] or "", wanted)
