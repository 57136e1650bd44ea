"""Fresh mapping cases from a seed: nested directives, odd data, and mappings that are wrong in every place they can be."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STRINGS = (
    "", " ", "a", "str", "0", "42", "-1", "1e3", "Łódź ✓ 😀", "😀😀", "\ud83d", "\ude00", "straße", "İstanbul I", "ΟΔΟΣ", "ﬁn", "K k K ſ",
    "MiXeD CaSe", "a.b.c", "l1\nl2\u2028\ufeff", "cost $1 $& $$", 'say "hi"', "{{s}}", "{{{s}}}", "{{ o.k }}x{{a.0}}", "$.s", "left", "upper",
    '{"a":1,"b":[true,null]}', "[1,2]", "{a:1}", " 7\n", '"q"', "null", "01", "1.", "-0", "1E400", "12345678901234567890", '{"a":1,"2":2,"a":3}',
    "NaN", "\ufeff1", "\u00a01", '"\t"', '"\\ud83d"', "2024-01-02T03:04:05.678Z",
)  # fmt: skip
NUMBERS = (0, 1, -3, 5, 1.5, 0.1, 1e21, 1e-7, 0.000001, 12345678901234567890, 2**53, -0.0, 1e300, 123456.789e3)
KEYS = (
    "s",
    "a",
    "b",
    "o",
    "n",
    "id",
    "name",
    "arr",
    "k",
    "x",
    "0",
    "1",
    "10",
    "length",
    "",
    "sp ace",
    "it's",
    "a.b",
    "a[0]",
    "ключ",
    "😀",
    "$",
    "_metadata",
)
PATH_PARTS = (
    "s",
    "a",
    "b",
    "o",
    "n",
    "id",
    "name",
    "arr",
    "k",
    "x",
    "0",
    "1",
    "-1",
    "00",
    "length",
    "''",
    '["k"]',
    "['b']",
    "[0]",
    "[1]",
    "[x]",
    "missing",
    " s",
    "$",
)
PATTERNS = (
    "a",
    "A",
    "s",
    ".",
    "$",
    "i",
    "I",
    "ss",
    "ß",
    "σ",
    "Σ",
    "ς",
    "k",
    "K",
    "ſ",
    "ŁÓ",
    "łó",
    "😀",
    "\ud83d",
    "\ude00",
    " ",
    "\n",
    "a.b",
    "$&",
    "^",
    "-",
    "0",
    "12",
)
REPLACEMENTS = (
    "",
    "_",
    "$$",
    "$&",
    "$`",
    "$'",
    "$1",
    "$0$",
    "$<a>",
    "\\1",
    "<$&$&>",
    "😀",
    "$",
    "longreplacement",
    "\ude00",
)
DIRECTIVES = (
    "@if",
    "@case",
    "@replace",
    "@arrayPath",
    "@path",
    "@template",
    "@literal",
    "@flatten",
    "@json",
    "@merge",
    "@transform",
    "@excludeWhenNull",
)


class Generator:
    """Draws values, paths and mappings from one seeded source of randomness."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, *makers: Callable[[], Any]) -> Any:
        return self.random.choice(makers)()

    def string(self) -> str:
        return self.random.choice(STRINGS)

    def scalar(self) -> Any:
        return self.pick(
            self.string,
            self.string,
            lambda: self.random.choice(NUMBERS),
            lambda: self.random.choice((True, False, None)),
        )

    def value(self, depth: int) -> Any:
        """Draw any JSON value."""
        if depth == 0 or self.chance(0.4):
            return self.scalar()
        if self.chance(0.4):
            return [self.value(depth - 1) for _ in range(self.random.randrange(4))]
        return {self.random.choice(KEYS): self.value(depth - 1) for _ in range(self.random.randrange(4))}

    def data(self) -> Any:
        if self.chance(0.02):
            return self.value(2)
        known = {
            "s": self.string(),
            "a": [self.value(1) for _ in range(3)],
            "o": {"k": self.value(1), "n": None},
            "n": None,
        }
        records = [
            {"id": self.scalar(), "name": self.value(1), "b": {"k": self.value(1)}}
            for _ in range(self.random.randrange(3))
        ]
        return {
            **known,
            "arr": records,
            "b": self.value(3),
            "x": self.value(2),
            **{self.random.choice(KEYS): self.value(2)},
        }

    def path(self) -> str:
        parts = [self.random.choice(PATH_PARTS) for _ in range(self.random.choice((0, 1, 1, 1, 2, 2, 3)))]
        text = "".join(part if part.startswith("[") or not index else f".{part}" for index, part in enumerate(parts))
        return (
            self.random.choice(("$.", "$.", "", "$", ".", "$.$."))
            + text
            + self.random.choice(("", "", "", "", ".", "]", "["))
        )

    def template(self) -> str:
        pieces = [
            self.pick(
                self.string, lambda: "{{%s}}" % self.path().removeprefix("$."), lambda: "{{{ %s }}}" % self.path()
            )
            for _ in range(3)
        ]
        return "".join(pieces)

    def mapping(self, depth: int) -> Any:
        """Draw a part of a mapping: mostly directives, sometimes objects, arrays and raw values."""
        if depth == 0:
            return self.pick(
                lambda: {"@path": self.path()},
                lambda: {"@path": self.path()},
                lambda: {"@template": self.template()},
                self.scalar,
            )
        if self.chance(0.6):
            return self.directive(depth)
        if self.chance(0.4):
            return self.members(depth)
        return [self.odd(depth) for _ in range(self.random.randrange(3))] if self.chance(0.5) else self.scalar()

    def members(self, depth: int) -> dict[str, Any]:
        return {self.random.choice(KEYS): self.mapping(depth - 1) for _ in range(self.random.randrange(4))}

    def odd(self, depth: int) -> Any:
        """Draw what nobody should write; Segment looks at some of it only when it gets there."""
        if self.chance(0.7):
            return self.mapping(depth - 1)
        return self.pick(
            lambda: {self.random.choice(DIRECTIVES): self.value(2)},
            lambda: {"@bogus": self.scalar()},
            lambda: {**self.directive(depth), **self.directive(depth)},
            lambda: {**self.directive(depth), self.random.choice(KEYS): self.scalar()},
            lambda: self.value(2),
        )

    def directive(self, depth: int) -> dict[str, Any]:
        name = self.random.choice(DIRECTIVES)
        if self.chance(0.06):
            return {name: self.odd(depth)}
        value = getattr(self, "draw_" + name.removeprefix("@"))(depth - 1)
        if isinstance(value, dict) and self.chance(0.08):
            self.spoil(value, depth)
        return {name: value, **({"_metadata": {"label": "l"}} if self.chance(0.03) else {})}

    def spoil(self, options: dict[str, Any], depth: int) -> None:
        key = self.random.choice([*options, "extra"])
        if self.chance(0.5):
            options.pop(key, None)
        else:
            options[key] = self.odd(depth)

    def draw_path(self, depth: int) -> Any:
        return self.path() if self.chance(0.9) else self.mapping(depth)

    def draw_template(self, depth: int) -> Any:
        return self.template() if self.chance(0.9) else self.mapping(depth)

    def draw_literal(self, depth: int) -> Any:
        return self.mapping(depth)

    draw_excludeWhenNull = draw_literal  # noqa: N815 - named after the directive

    def draw_if(self, depth: int) -> Any:
        options = {
            self.random.choice(("exists", "blank")): self.mapping(depth),
            "then": self.mapping(depth),
            "else": self.mapping(depth),
        }
        return options if self.chance(0.8) else {**options, "blank": self.mapping(depth)}

    def draw_case(self, depth: int) -> Any:
        return {
            "operator": self.random.choice(("lower", "upper", "upper", "title", "LOWER")),
            "value": self.mapping(depth),
        }

    def draw_replace(self, depth: int) -> Any:
        options = {"pattern": self.random.choice(PATTERNS), "value": self.mapping(depth)}
        extra = {
            "replacement": self.random.choice(REPLACEMENTS),
            "ignorecase": self.chance(0.7),
            "global": self.chance(0.7),
            "pattern2": self.random.choice((*PATTERNS, "", "longerthanten")),
            "replacement2": self.random.choice(REPLACEMENTS),
        }
        return {**options, **{key: value for key, value in extra.items() if self.chance(0.5)}}

    def draw_arrayPath(self, depth: int) -> Any:  # noqa: N802 - named after the directive
        root = (
            self.random.choice(("$.arr", "$.a", "$.o", "$.", self.path())) if self.chance(0.8) else self.mapping(depth)
        )
        return [root, self.mapping(depth)] if self.chance(0.8) else [root]

    def draw_flatten(self, depth: int) -> Any:
        options = {"value": self.mapping(depth), "separator": self.random.choice((".", "_", "", "--"))}
        return {**options, "omitArrays": self.chance(0.5)} if self.chance(0.5) else options

    def draw_json(self, depth: int) -> Any:
        return {"value": self.mapping(depth), "mode": self.random.choice(("encode", "decode", "decode", "DECODE", "x"))}

    def draw_merge(self, depth: int) -> Any:
        objects = [
            self.mapping(depth) if self.chance(0.3) else self.members(depth + 1)
            for _ in range(self.random.randrange(4))
        ]
        return {"objects": objects, "direction": self.random.choice(("left", "right", "right", "LEFT"))}

    def draw_transform(self, depth: int) -> Any:
        apply = self.members(depth + 1) if self.chance(0.7) else self.directive(depth + 1)
        return {"apply": self.rooted(apply) if self.chance(0.1) else apply, "mapping": self.mapping(depth)}

    def rooted(self, mapping: Any) -> dict[str, Any]:
        root = self.directive(2) if self.chance(0.8) else self.value(2)
        return {**(mapping if isinstance(mapping, dict) else {}), "__segment_internal_directive": root}

    def root(self) -> Any:
        depth = self.random.choice((1, 2, 2, 3, 3, 4))
        if self.chance(0.03):
            return self.rooted(self.members(depth))
        if self.chance(0.02):
            return self.value(2)
        return (
            self.directive(depth)
            if self.chance(0.2)
            else {self.random.choice(KEYS): self.mapping(depth) for _ in range(2)}
        )


def cases(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Draw so many cases `{id, mapping, data}`; the same seed gives the same cases."""
    generator = Generator(seed)
    for index in range(count):
        yield {"id": f"{seed}-{index}", "mapping": generator.root(), "data": generator.data()}
