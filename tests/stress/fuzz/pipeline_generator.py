"""Generates request documents by number: readable ones, damaged ones and heavy ones."""

from __future__ import annotations

import copy
from random import Random
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.pipeline.aggregators.table import AGGREGATORS
from pendo_emulator.engage.pipeline.operators.table import NOT_IMITATED, OPERATORS
from tests.stress.fuzz.expression_generator import NAMES, generate_expression

if TYPE_CHECKING:
    from collections.abc import Callable

FIELDS: Final = (*NAMES, "b.c", "-a", "+b", "visitorId", "accountId", "numEvents", "a b", "", "a..b", "items")
SOURCES: Final = ("events", "visitors", "accounts", "features", "const", "segments", "nothing", "timespan")
VALUES: Final = (None, True, False, 0, 1, -1, 2.5, 10**400, "", "a", "now()", [], {}, ["a"], {"a": "b"}, [[]], "\ud800")
PERIODS: Final = ("dayRange", "hourRange", "weekRange", "monthRange", "daily", "hourly", "days")
TIMES: Final = (
    "now()",
    "now() - 86400000",
    "date(2026, 11, 28)",
    0,
    1795983826144,
    -(10**17),
    "2025-10-01",
    "null",
    1e300,
)
EXAMPLES: Final = tuple(
    copy.deepcopy(step)
    for operator in OPERATORS.values()
    for case in (*operator.description.examples * 3, *operator.description.refused)
    for step in (case.step if isinstance(case.step, list) else [case.step])
    if "spawn" not in step
)
HEAVY_SHARE: Final = 200


def generate_document(seed: int, number: int) -> Any:
    """Return the document with this number; the same seed gives the same one."""
    random = Random(f"pipeline {seed}:{number}")
    if number % HEAVY_SHARE == 0:
        return {"request": {"pipeline": [{"source": {"events": None}}, *_heavy(random)]}}
    document = {"response": {"mimeType": "application/json"}, "request": {"pipeline": _pipeline(random, 2)}}
    return _damaged(random, document) if number % 3 == 0 else document


def _pipeline(random: Random, depth: int) -> list[Any]:
    if random.random() < 0.05 and depth:
        return [{"spawn": [_pipeline(random, depth - 1) for _ in range(2)]}, *_steps(random, depth)]
    return [{"source": _source(random)}, *_steps(random, depth)]


def _source(random: Random) -> dict[str, Any]:
    name = random.choice(SOURCES if random.random() < 0.1 else SOURCES[:4])
    parameters = [{"a": 1}] if name == "const" else random.choice((None, {}, {"appId": 1}, {"appId": ["1"]}))
    source: dict[str, Any] = {name: {"appId": _value(random)} if random.random() < 0.05 else parameters}
    if random.random() < 0.2:
        last, times = random.choice((("last", TIMES), ("count", (-3, 5))))
        source["timeSeries"] = {
            "period": random.choice(PERIODS if random.random() < 0.1 else PERIODS[:4]),
            "first": random.choice(TIMES if random.random() < 0.1 else TIMES[:5]),
            last: random.choice(times),
        }
    return source


def _steps(random: Random, depth: int) -> list[Any]:
    return [_step(random, depth) for _ in range(random.randint(0, 5))]


def _step(random: Random, depth: int) -> dict[str, Any]:
    if random.random() < 0.1 and depth:
        name = random.choice(("merge", "fork"))
        return {name: _argument(random, name, depth)}
    if random.random() < 0.3:
        return copy.deepcopy(random.choice(EXAMPLES))
    name = random.choice((*OPERATORS, *NOT_IMITATED) if random.random() < 0.03 else tuple(ARGUMENTS))
    return {name: _argument(random, name, depth)}


def _argument(random: Random, name: str, depth: int) -> Any:
    if name in ARGUMENTS:
        return ARGUMENTS[name](random)
    if name == "merge" and depth > 0:
        mappings = random.choice((None, {}, {_field(random): _field(random)}))
        return {"fields": [_field(random)], "mappings": mappings, "pipeline": _pipeline(random, depth - 1)}
    if name == "fork" and depth:
        return [_steps(random, depth - 1) for _ in range(random.randint(1, 3))]
    return _value(random)


def _value(random: Random) -> Any:
    return copy.deepcopy(random.choice(VALUES))


def _field(random: Random) -> str:
    return random.choice(FIELDS if random.random() < 0.1 else FIELDS[:-4])


def _expression(random: Random) -> str:
    return generate_expression(random.randrange(10**6), random.randrange(1, 100) * 4 + random.randint(2, 3))


def _computed(random: Random) -> dict[str, str]:
    return {_field(random): _expression(random) for _ in range(random.randint(1, 3))}


def _parsed(random: Random) -> dict[str, str]:
    return {_field(random): _field(random)}


def _lookup(random: Random) -> dict[str, Any]:
    return {_field(random): {random.choice(("visitor", "account", "feature")): _field(random)}}


def _switch(random: Random) -> dict[str, Any]:
    case = {"value": _value(random), random.choice(("<", ">=", "==", "!=")): random.choice((1, "a"))}
    return {_field(random): {_field(random): [case]}}


def _unwind(random: Random) -> dict[str, Any]:
    return {"field": _field(random), "keepEmpty": random.random() < 0.5, "prefix": random.random() < 0.3}


def _group(random: Random) -> dict[str, Any]:
    return {"group": [_field(random) for _ in range(random.randint(0, 2))], "fields": _aggregates(random)}


def _aggregates(random: Random) -> dict[str, Any]:
    aggregates = {}
    for _ in range(random.randint(1, 3)):
        name = random.choice(tuple(AGGREGATORS))
        argument: Any = _expression(random)
        if name.endswith("If"):
            argument = {name.removesuffix("If"): argument, "if": _expression(random)}
        elif name == "count":
            argument = random.choice((None, argument, [argument, _field(random)]))
        aggregates[_field(random)] = {name: argument}
    return aggregates


def _damaged(random: Random, document: Any) -> Any:
    """Replace a few values anywhere in a document."""
    for _ in range(random.randint(1, 3)):
        places = list(_places(document))
        owner, key = random.choice(places)
        owner[key] = _value(random) if random.random() < 0.7 else copy.deepcopy(owner[key])
        if isinstance(owner, dict) and random.random() < 0.3:
            owner[f"{key}{random.choice(('x', '', '/', chr(0x202E)))}"] = owner.pop(key)
    return document


def _places(value: Any) -> Any:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(entries):
        yield value, key
        yield from _places(inner)


def _heavy(random: Random) -> list[Any]:
    size = random.choice((10, 50, 400, 1_000))
    nested: Any = [{"source": {"visitors": None}}]
    for _ in range(min(size, 60)):
        nested = [{"source": {"visitors": None}}, {"merge": {"fields": ["a"], "pipeline": nested}}]
    forks: Any = []
    for _ in range(min(size, 40)):
        forks = [{"fork": [forks, forks]}] if random.random() < 0.5 else [{"fork": [forks]}]
    shapes = (
        [{"eval": {"a": "list(a, a)"}}] * size,
        [{"eval": {"a": "[a]"}}] * size + [{"group": {"group": ["a"]}}, {"sort": ["a"]}],
        [{"eval": {"a": "[a, b]", "b": "[b, a]"}}] * min(size, 40) + [{"filter": "a == b"}],
        [{"eval": {"n": "n * n + 2"}}] * size + [{"reduce": {"n": {"sum": "n"}, "v": {"var": "n"}}}],
        [{"set": {"a": [1] * size}}, {"unwind": {"field": "a"}}] * 4,
        [{"set": {"a": [1] * size}}, {"unwind": {"field": "a", "prefix": True}}] * 2,
        [{"fork": [[], []]}] * size,
        forks,
        nested[1:],
        [{"set": {".".join("a" * size): 1}}, {"select": {".".join("a" * size): ".".join("a" * size)}}],
        [{"unmarshal": {"a": "text"}}, {"group": {"group": ["a"]}}, {"sort": ["a"]}],
        [{"sort": ["a"] * size}],
        [{"group": {"group": ["a"] * size, "fields": [{f"n{place}": {"count": "a"}} for place in range(size)]}}],
        [{"switch": {"x": {"numEvents": [{"value": place, "<": place} for place in range(size * 10)]}}}],
    )
    return random.choice(shapes)


ARGUMENTS: Final[dict[str, Callable[[Random], Any]]] = {
    "filter": _expression,
    "identified": lambda random: random.choice(("", "!")) + _field(random),
    "select": _computed,
    "eval": _computed,
    "set": lambda random: {_field(random): _value(random)},
    "sort": lambda random: [_field(random) for _ in range(random.randint(0, 3))],
    "limit": lambda random: random.randint(0, 5),
    "skip": lambda random: random.randint(0, 5),
    "group": _group,
    "reduce": _aggregates,
    "unwind": _unwind,
    "bulkExpand": _lookup,
    "expand": _lookup,
    "segment": lambda _: {"id": "s-1"},
    "itemSeen": lambda random: {_field(random): {"featureId": "f-1"}},
    "switch": _switch,
    "unmarshal": _parsed,
    "useragent": _parsed,
    "join": lambda random: {"fields": [_field(random)], "width": random.choice((None, 1, 2))},
}
