"""Generates trigger cases from a seed: valid and broken texts, syntax trees and events."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIELDS = ("type", "event", "name", "userId", "properties", "traits", "context")
UNKNOWN_FIELDS = (
    *("anonymousId", "groupId", "integrations", "typex", "Type", "propertiesfoo", "properties.", "foo", "length"),
    *("constructor", "toString", "__proto__", "valueOf", "contains", "match", "and", "or", "null", "true", "false"),
    *("not", "a", "an", "n", "nu", "nul", "o", "x", "eos"),
)
KEYS = (
    *("a", "b", "plan", "page", "url", "s", "n", "o", "an", "nu", "0", "a b", "a-b", "_a", "$x", "a.b", "a[0]"),
    *("a.length", "constructor", "toString", "null", "and", "or", "order", "zażółć", "😀", 'a"b', "", "true", "x\\y"),
    *("'", "\n", "type", "properties", "eos", "."),
)
STRINGS = (
    *("x", "track", "Order Completed", "", "5", "-1.5", "true", "null", "eos", "x*", "*x", "*", "*x*", "a b", " 6 "),
    *("0x10", "1e3", "abc", "it's", "'x'", "(", ")", "(a)", "a,b", "and or", "zażółć", "😀", "😀x", "x😀", "\ud83d"),
    *("\ude00x", "a\\", 'a"b', "line\nbreak", "NaN", "Infinity", "undefined", "[object Object]"),
)
NUMBERS = (0, 5, -1, 1.5, 4.5, 6, 16, 1000, 1e21, 1e-7, -0.0, 2**53, 2**53 + 1, 123456789012345678)
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
OPERATORS = (
    *COMPARISONS,
    *("number_equals", "number_not_equals", "contains", "not_contains", "starts_with", "not_starts_with"),
    *("ends_with", "not_ends_with", "exists", "not_exists", "is_true", "is_false", "bogus", "", "!", "."),
)
TYPES = ("event-type", "event", "name", "userId", "event-property", "event-trait", "event-context")
FRAGMENTS = (
    *(" ", "  ", "\t", "\n", "\r", "\u00a0", '"', "'", "\\", ".", "!", "(", ")", "[", "]", ",", "=", "<", ">"),
    *("-", "+", "*", "0", "5.", ".5", "1.2.3", "-1", "and", "or", "null", "a", "n", "nul", "n😀", "😀", "ż"),
    *("&", "#", "{"),
)
CALLS = ("contains(", "match(", "!contains(", '"x"', "'x'", '"*x"', '"x*"')


class TriggerGenerator:
    """Generates trigger texts, syntax trees and events from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def several(self, generate: Callable[[], Any], minimum: int, maximum: int) -> list[Any]:
        return [generate() for _ in range(self.random.randint(minimum, maximum))]

    def key(self) -> str:
        return self.random.choice(KEYS if self.chance(0.4) else KEYS[:3])

    def string(self) -> str:
        return self.random.choice(STRINGS if self.chance(0.6) else STRINGS[:3])

    def scalar(self) -> Any:
        return self.random.choice((self.string(), self.string(), self.random.choice(NUMBERS), True, False, None))

    def space(self) -> str:
        return self.random.choice(("", "  ", "\n", "\t")) if self.chance(0.2) else " "

    def path(self) -> str:
        field = self.random.choice(FIELDS if self.chance(0.93) else UNKNOWN_FIELDS)
        if field in FIELDS[:4] and self.chance(0.95):
            return field
        dot = self.random.choice((" . ", "..")) if self.chance(0.1) else "."
        return dot.join([field, *self.several(lambda: self.escaped(self.key()), 0 if self.chance(0.2) else 1, 2)])

    def escaped(self, key: str) -> str:
        if self.chance(0.1):
            return key
        return "".join(unit if unit.isascii() and (unit.isalnum() or unit in "_-.") else f"\\{unit}" for unit in key)

    def literal(self) -> str:
        if self.chance(0.1):
            return self.random.choice(KEYS + UNKNOWN_FIELDS + FIELDS + FRAGMENTS)
        if self.chance(0.4):
            return self.random.choice(("true", "false", "null", "5", str(self.random.choice(NUMBERS))))
        quote = "'" if self.chance(0.2) else '"'
        return f"{quote}{self.string()}{quote}"

    def condition(self) -> str:
        operator = self.random.choice(COMPARISONS if self.chance(0.93) else OPERATORS + FRAGMENTS)
        return f"{self.path()}{self.space()}{operator}{self.space()}{self.literal()}"

    def call(self) -> str:
        function = self.random.choice(("contains", "match", "!contains", "!match"))
        pattern = self.random.choice(('"x*"', '"*x"', '"Order*"', '"*"')) if self.chance(0.5) else self.literal()
        comma = self.random.choice((",", " , ", " ")) if self.chance(0.3) else ", "
        return f"{function}({self.path()}{comma}{pattern})"

    def part(self, depth: int) -> str:
        if depth and self.chance(0.2):
            inside = self.conditions(depth - 1 if self.chance(0.9) else depth)
            return f"{'!' if self.chance(0.2) else ''}({inside})"
        return self.call() if self.chance(0.3) else self.condition()

    def conditions(self, depth: int = 1) -> str:
        """Generate conditions joined by and/or, some of them in parentheses."""
        text = self.part(depth)
        while self.chance(0.5):
            text += f"{self.space()}{self.random.choice(('and', 'or'))}{self.space()}{self.part(depth)}"
        return text

    def random_words(self) -> str:
        words = FIELDS + UNKNOWN_FIELDS + COMPARISONS + FRAGMENTS + CALLS
        return "".join(self.several(lambda: self.random.choice(words) + self.random.choice(("", " ", " ")), 0, 12))

    def damaged(self, text: str) -> str:
        """Damage a text: truncate it, remove or repeat a part, or insert a fragment."""
        start, end = sorted(self.random.randint(0, len(text)) for _ in range(2))
        fragment = self.random.choice(FRAGMENTS)
        return self.random.choice(
            (
                *(text[:end], text[:end], text[start:], text[:start] + text[end:], text[:start] + text[start + 1 :]),
                *(
                    text[:end] + text[start:],
                    text[:start] + fragment + text[start:],
                    text[:start] + fragment + text[end:],
                ),
            )
        )

    def text(self) -> str:
        text = self.random_words() if self.chance(0.1) else self.conditions()
        while self.chance(0.3):
            text = self.damaged(text)
        return text

    def value(self, depth: int) -> Any:
        """Generate a JSON value."""
        if depth == 0 or self.chance(0.7):
            return self.scalar()
        return self.members(depth - 1) if self.chance(0.5) else self.several(lambda: self.value(depth - 1), 0, 3)

    def members(self, depth: int = 2) -> dict[str, Any]:
        return {key: self.value(depth) for key in self.several(self.key, 0, 5)}

    def event(self) -> Any:
        if self.chance(0.02):
            return self.value(2)
        event = {"type": "track"} | {field: self.string() for field in FIELDS[:4] if self.chance(0.6)}
        event |= {field: self.members() for field in FIELDS[4:] if self.chance(0.8)}
        while self.chance(0.2):
            event[self.random.choice(FIELDS)] = self.value(2)
        return event

    def leaf(self) -> Any:
        """Generate a condition of a tree, sometimes with a member missing or of the wrong type."""
        if self.chance(0.02):
            return self.random.choice((None, 5, "x", {}))
        leaf: dict[str, Any] = {"type": self.random.choice(TYPES), "name": self.key()}
        leaf |= {"operator": self.random.choice(OPERATORS), "value": self.scalar() if self.chance(0.9) else [{}, 5]}
        if self.chance(0.1):
            del leaf[self.random.choice(list(leaf))]
        if self.chance(0.03):
            leaf[self.random.choice(("type", "name", "operator"))] = self.random.choice(
                (None, 5, True, "", "[.]", "group")
            )
        return leaf

    def tree(self, depth: int = 2) -> dict[str, Any]:
        children = self.several(lambda: self.tree(depth - 1) if depth and self.chance(0.2) else self.leaf(), 0, 3)
        group = {"type": "group", "operator": self.random.choice(("and", "or")), "children": children}
        if self.chance(0.03):
            group[self.random.choice(list(group))] = self.random.choice((None, "and", 5))
        if self.chance(0.03):
            del group[self.random.choice(list(group))]
        return group

    def case(self) -> dict[str, Any]:
        kind = self.random.choice(("parse", "eval", "eval", "eval_ast", "generate"))
        source = {"fql": self.text()} if kind in {"parse", "eval"} else {"ast": self.tree()}
        return {"kind": kind, **source} | ({"event": self.event()} if kind.startswith("eval") else {})


def generate_trigger_cases(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Generate `count` cases {id, kind, fql | ast, event?}; the same seed gives the same cases."""
    generator = TriggerGenerator(seed)
    for index in range(count):
        yield {"id": f"{seed}-{index}", **generator.case()}
