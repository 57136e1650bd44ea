"""Candidates for numbers, texts, booleans and null, and a check of their constraints."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import jsonschema_rs

from pendo_contracts.contract_diff.goals import same
from pendo_contracts.contract_diff.pattern_samples import samples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pendo_contracts.contract_diff.goals import Constraint

_KIND_OF: Final = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    dict: "object",
    list: "array",
    type(None): "null",
}
KINDS: Final = ("string", "number", "object", "array", "boolean", "null")
TYPE_OF: Final = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
    **dict.fromkeys(("minLength", "maxLength", "pattern"), "string"),
    **dict.fromkeys(("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"), "array"),
    **dict.fromkeys(("unevaluatedItems",), "array"),
    **dict.fromkeys(("required", "properties", "patternProperties", "additionalProperties"), "object"),
    **dict.fromkeys(("propertyNames", "minProperties", "maxProperties", "dependentRequired"), "object"),
    **dict.fromkeys(("unevaluatedProperties", "present"), "object"),
}
_TEXTS: Final = ("x", "", " ", "a", "A", "0", "1", "!", "-", "_", "/", "~", "é", "\t", "\n", "a0", "changed", "Z9")
_FILL: Final = ("x", "0", "a", "A", " ", "!", "_", "é")
_NUMBERS: Final = (Fraction(1), Fraction(0), Fraction(3, 2), Fraction(1, 2), Fraction(-1), Fraction(-3, 2), Fraction(2))
_MAX_LENGTH: Final = 200_000


class Limit(NamedTuple):
    """A keyword that a scalar must keep or break."""

    keep: bool
    keyword: str
    value: Any


def kind_of(value: Any) -> str:
    """Return the JSON type of a value; integers are numbers."""
    return _KIND_OF[type(value)]


def has_type(value: Any, types: str | list[str]) -> bool:
    """Return whether a value has one of the types of the keyword `type`."""
    names = [types] if isinstance(types, str) else types
    return kind_of(value) in names or (
        "integer" in names and kind_of(value) == "number" and (isinstance(value, int) or value.is_integer())
    )


def meets(value: Any, constraint: Limit | Constraint) -> bool:
    """Return whether a value meets a constraint; constraints on the inside of containers count as met."""
    keyword, wanted = constraint.keyword, constraint.value
    if keyword == "type":
        return has_type(value, wanted) == constraint.keep
    if keyword == "const":
        return same(value, wanted) == constraint.keep
    if keyword == "enum":
        return any(same(value, one) for one in wanted) == constraint.keep
    kind = TYPE_OF.get(keyword)
    if kind != kind_of(value):
        return constraint.keep
    if kind == "number":
        return _number_meets(_exact(value), keyword, _exact(wanted)) == constraint.keep
    if kind == "string":
        return _text_meets(value, keyword, wanted) == constraint.keep
    return True


def scalar_values(kind: str, constraints: Sequence[Constraint], seed: int, count: int) -> Iterator[Any]:
    """Yield at most `count` values of one JSON type that meet all constraints, near the limits first."""
    named = {
        (one.keep, one.keyword, json.dumps(one.value))
        for one in constraints
        if TYPE_OF.get(one.keyword, kind) == kind and one.keyword not in ("absent", "$recursiveRef")
    }
    yield from _values(kind, tuple(sorted(named)), seed, count)


@lru_cache(maxsize=20_000)
def _values(kind: str, named: tuple[tuple[bool, str, str], ...], seed: int, count: int) -> tuple[Any, ...]:
    limits = [Limit(keep, keyword, json.loads(value)) for keep, keyword, value in named]
    candidates: Iterable[Any]
    if kind == "number":
        candidates = (_as_json(number) for number in _numbers(limits))
    elif kind == "string":
        candidates = _texts(limits, seed)
    else:
        candidates = (True, False) if kind == "boolean" else (None,)
    return tuple(islice((value for value in candidates if all(meets(value, one) for one in limits)), count))


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def _as_json(number: Fraction) -> float:
    return int(number) if number.denominator == 1 else float(number)


def _number_meets(value: Fraction, keyword: str, wanted: Fraction) -> bool:
    if keyword == "multipleOf":
        return (value / wanted).denominator == 1
    if keyword == "minimum":
        return value >= wanted
    if keyword == "maximum":
        return value <= wanted
    return value > wanted if keyword == "exclusiveMinimum" else value < wanted


def _text_meets(value: str, keyword: str, wanted: Any) -> bool:
    if keyword == "pattern":
        return _pattern(wanted).is_valid(value)
    return bool(len(value) >= wanted if keyword == "minLength" else len(value) <= wanted)


@lru_cache(maxsize=1_000)
def _pattern(pattern: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"pattern": pattern})


def _numbers(constraints: Sequence[Limit]) -> Iterator[Fraction]:
    found: dict[Fraction, None] = {}
    named = [one for one in constraints if TYPE_OF.get(one.keyword) == "number"]
    bounds = [_exact(one.value) for one in named if one.keyword != "multipleOf"]
    factors = [_exact(one.value) for one in named if one.keyword == "multipleOf"]
    near = sorted(bounds)
    middles = [(low + high) / 2 for low, high in pairwise(near)]
    small = [low + (high - low) / 1000 for low, high in pairwise(near)]
    for start in (*bounds, *middles, *small, *_NUMBERS):
        for change in (0, 1, -1, Fraction(1, 2), Fraction(-1, 2)):
            found.setdefault(start + change)
    for number in middles:
        found.setdefault(Fraction(int(number)))
    product = Fraction(1)
    for factor in factors:
        product *= factor
    for factor in (*factors, product) if factors else ():
        for start in (*bounds, Fraction(0)):
            whole = start // factor
            for step in (0, 1, -1, 2, Fraction(1, 2), Fraction(3, 2)):
                found.setdefault((whole + step) * factor)
    yield from found


def _texts(constraints: Sequence[Limit], seed: int) -> Iterator[str]:
    lengths: dict[int, None] = {}
    for one in constraints:
        if one.keyword in ("minLength", "maxLength"):
            for length in (one.value, one.value - 1, one.value + 1):
                if 0 <= length <= _MAX_LENGTH:
                    lengths.setdefault(length)
    parts: dict[str, None] = {}
    for one in sorted(constraints, key=lambda one: not one.keep):
        if one.keyword == "pattern":
            parts.update(dict.fromkeys(samples(one.value, seed)))
    for one in constraints:
        if one.keyword in ("enum", "const") and not one.keep:
            values = one.value if one.keyword == "enum" else [one.value]
            parts.update(dict.fromkeys(f"{value}x" for value in values[:3] if isinstance(value, str)))
    patterns = list(parts)
    yield from _unique(_variants(patterns, lengths))


def _variants(patterns: list[str], lengths: dict[int, None]) -> Iterator[str]:
    yield from patterns
    yield from _TEXTS
    for text in (*patterns, "", *_TEXTS[:1]):
        for length in lengths:
            yield text[:length]
            yield from (text + fill * (length - len(text)) for fill in _FILL if length > len(text))
            yield from (fill * (length - len(text)) + text for fill in _FILL[:3] if length > len(text))
    for text in patterns[:12]:
        for fill in ("!", "x", "0", " ", "\n", "é"):
            yield fill + text
            yield text + fill
            yield from (text[:place] + fill + text[place + 1 :] for place in range(min(len(text), 20)))
        yield from (text[:place] + text[place + 1 :] for place in range(min(len(text), 20)))
    for number in range(40):
        yield f"text {number}"


def _unique(texts: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text
