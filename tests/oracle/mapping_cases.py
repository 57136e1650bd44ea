"""Fresh mapping cases from a seed: nested directives, odd data, mappings wrong wherever they can be."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIECES = (
    *(
        "",
        " ",
        "a",
        "str",
        "0",
        "42",
        "-1",
        "1e3",
        "Łódź ✓",
        "😀",
        "\ud83d",
        "\ude00",
        "straße",
        "İI",
        "ΟΔΟΣ",
        "ﬁn",
        "K k K \u017f",
    ),
    *(
        "MiXeD CaSe",
        "a.b.c",
        "l1\nl2\u2028\ufeff",
        "\u00a0",
        "cost $1 $& $$",
        'say "hi"',
        "{{s}}",
        "{{{s}}}",
        "$.s",
        "left",
        "upper",
    ),
    *(
        '{"a":1,"b":[true,null]}',
        "[1,2]",
        "{a:1}",
        '"q"',
        "null",
        "01",
        "1.",
        "-0",
        "1E400",
        "NaN",
        "12345678901234567890",
        '"\\ud83d"',
    ),
)
NUMBERS = (0, 1, -3, 5, 1.5, 0.1, 1e21, 1e-7, 0.000001, 12345678901234567890, 2**53, -0.0, 1e300, 123456789000.0)
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
    "ключ",
    "😀",
    "$",
)
PARTS = (*KEYS, "-1", "00", "''", '["k"]', "['b']", "[0]", "[1]", "[x]", "missing", " s", "2", "length")
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
    "\u03c3",
    "Σ",
    "ς",
    "k",
    "K",
    "\u017f",
    "ŁÓ",
    "łó",
    "😀",
    "\ud83d",
    "\ude00",
    "\n",
    "-",
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
LIQUID = (
    *("{{ %s }}", "{{ %s | upcase }}-{{ s }}", "{{ %s | size }}", '{{ %s | default: "d" }}', "{{ %s | json }}", "{{ %s | plus: 1.5 }}"),
    *("{%% if %s %%}y{%% else %%}n{%% endif %%}", "{%% unless %s %%}u{%% endunless %%}", "{%% assign q = %s %%}[{{ q }}]"),
    *('{{ %s | append: "x" | split: "," | join: "+" }}', "{{ %s | sort }}", "{%% for i in %s %%}{%% endfor %%}", "{{ %s | bogus }}"),
)  # fmt: skip


class Generator:
    """Draws values, paths and mappings from one seeded source of randomness."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.directives: dict[str, Callable[[int], Any]] = {
            "@path": lambda depth: self.path() if self.chance(0.9) else self.mapping(depth),
            "@template": lambda depth: self.template() if self.chance(0.9) else self.mapping(depth),
            "@literal": self.mapping,
            "@excludeWhenNull": self.mapping,
            "@liquid": lambda _depth: (
                self.random.choice(LIQUID) % self.random.choice(("s", "n", "o.k", "arr", "x", "a[0]"))
            ),
            "@if": self.if_options,
            "@case": self.case_options,
            "@replace": self.replace_options,
            "@json": self.json_options,
            "@flatten": self.flatten_options,
            "@merge": self.merge_options,
            "@arrayPath": self.array_path,
            "@transform": self.transform_options,
        }

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def some(self, make: Callable[[], Any], most: int = 3) -> list[Any]:
        return [make() for _ in range(self.random.randint(0, most))]

    def string(self) -> str:
        pieces = "".join(self.random.choices(PIECES, k=self.random.choice((1, 1, 1, 2, 3))))
        return self.json_text() if self.chance(0.2) else pieces

    def json_text(self) -> str:
        """Write some JSON, often with one character too many or too few."""
        text = json.dumps(self.value(2), ensure_ascii=self.chance(0.5))
        place = self.random.randrange(len(text) + 1)
        return (
            text[:place]
            + self.random.choice(("", "", "", " ", ",", "0", "\ufeff", "\t"))
            + text[place + self.chance(0.2) :]
        )

    def scalar(self) -> Any:
        return self.random.choice((self.string(), self.string(), self.random.choice(NUMBERS), True, False, None))

    def value(self, depth: int) -> Any:
        """Draw any JSON value."""
        if depth == 0 or self.chance(0.4):
            return self.scalar() if depth else self.random.choice((*PIECES, *NUMBERS, True, False, None))
        if self.chance(0.4):
            return self.some(lambda: self.value(depth - 1))
        return {self.random.choice(KEYS): self.value(depth - 1) for _ in range(self.random.randrange(4))}

    def data(self) -> Any:
        if self.chance(0.02):
            return self.value(2)
        records = self.some(lambda: {"id": self.scalar(), "name": self.value(1), "b": {"k": self.value(1)}})
        nested = {"k": self.value(1), "n": None, "b": {"k": self.scalar()}}
        data = {
            "s": self.string(),
            "a": self.some(self.scalar),
            "o": nested,
            "n": None,
            "arr": records,
            "b": self.value(3),
        }
        return {**data, "x": self.value(2), self.random.choice(KEYS): self.value(2)}

    def path(self) -> str:
        if self.chance(0.5):
            return self.random.choice(
                ("$.s", "$.a", "$.o", "$.o.k", "$.arr", "$.b", "$.x", "$.a[0]", "$.n", "$.arr.0.name")
            )
        parts = self.random.choices(PARTS, k=self.random.choice((0, 1, 1, 1, 2, 2, 3)))
        text = "".join(part if part.startswith("[") or not index else f".{part}" for index, part in enumerate(parts))
        return (
            self.random.choice(("$.", "$.", "", "$", ".", "$.$."))
            + text
            + self.random.choice(("", "", "", ".", "]", "["))
        )

    def template(self) -> str:
        bare = self.path().removeprefix("$.")
        places = (
            "{{s.0}}{{s.1}}",
            "{{" + bare + "}}",
            "{{{ " + self.path() + " }}}",
            "{{ a }}",
            "{{x}}",
            self.string(),
            "{{o.k}}",
        )
        return "".join(self.random.choices(places, k=self.random.choice((1, 2, 3))))

    def mapping(self, depth: int) -> Any:
        """Draw a part of a mapping: mostly directives, sometimes objects, arrays and raw values."""
        if depth <= 0:
            return self.random.choice(
                ({"@path": self.path()}, {"@path": self.path()}, {"@template": self.template()}, self.scalar())
            )
        if self.chance(0.7):
            return self.directive(depth)
        if self.chance(0.5):
            return self.members(depth)
        return self.some(lambda: self.odd(depth), 2) if self.chance(0.5) else self.scalar()

    def members(self, depth: int) -> dict[str, Any]:
        return {self.random.choice(KEYS): self.mapping(depth - 1) for _ in range(self.random.randrange(4))}

    def odd(self, depth: int) -> Any:
        """Draw what nobody should write; Segment looks at some of it only when it gets there."""
        if self.chance(0.7):
            return self.mapping(depth - 1)
        options = {
            "nonsense": {self.random.choice(list(self.directives)): self.value(2)},
            "unknown": {"@bogus": self.scalar()},
            "two": {**self.directive(depth - 1), **self.directive(depth - 1)},
            "more": {**self.directive(depth - 1), self.random.choice(KEYS): self.scalar()},
            "raw": self.value(2),
        }
        return self.random.choice(list(options.values()))

    def directive(self, depth: int) -> dict[str, Any]:
        name = self.random.choice(list(self.directives))
        if self.chance(0.02):
            return {name: self.value(2)}
        value = self.directives[name](depth - 1)
        if isinstance(value, dict) and self.chance(0.04):
            self.spoil(value, depth)
        return {name: value, "_metadata": {"label": "l"}} if self.chance(0.03) else {name: value}

    def spoil(self, options: dict[str, Any], depth: int) -> None:
        key = self.random.choice([*options, "extra"])
        options.pop(key, None)
        if self.chance(0.5):
            options[key] = self.odd(depth - 1)

    def if_options(self, depth: int) -> Any:
        options = {self.random.choice(("exists", "blank")): self.mapping(depth), "then": self.mapping(depth)}
        options |= {"else": self.mapping(depth)} if self.chance(0.8) else {}
        return options if self.chance(0.8) else {**options, "blank": self.mapping(depth)}

    def case_options(self, depth: int) -> Any:
        return {
            "operator": self.random.choice(("lower", "upper") * 4 + ("title", "LOWER")),
            "value": self.text_part(depth),
        }

    def text_part(self, depth: int) -> Any:
        return (
            {"@path": self.random.choice(("$.s", "$.x", "$.o.k", "$.a[0]"))}
            if self.chance(0.6)
            else self.mapping(depth)
        )

    def replace_options(self, depth: int) -> Any:
        options = {"pattern": self.random.choice(PATTERNS), "value": self.text_part(depth)}
        extra = {
            "replacement": self.random.choice(REPLACEMENTS),
            "ignorecase": self.chance(0.7),
            "global": self.chance(0.7),
            "pattern2": self.random.choice((*PATTERNS, "", "longerthanten")),
            "replacement2": self.random.choice(REPLACEMENTS),
        }
        return options | {key: value for key, value in extra.items() if self.chance(0.5)}

    def json_options(self, depth: int) -> Any:
        return {"value": self.text_part(depth), "mode": self.random.choice(("encode", "decode") * 4 + ("DECODE", "x"))}

    def flatten_options(self, depth: int) -> Any:
        options = {"value": self.mapping(depth), "separator": self.random.choice((".", "_", "--", ""))}
        return options | {"omitArrays": self.chance(0.5)} if self.chance(0.5) else options

    def merge_options(self, depth: int) -> Any:
        objects = self.some(lambda: self.mapping(depth) if self.chance(0.3) else self.members(depth + 1))
        return {"objects": objects, "direction": self.random.choice(("left", "right") * 4 + ("LEFT", "up"))}

    def array_path(self, depth: int) -> Any:
        root = (
            self.random.choice(("$.arr", "$.a", "$.o", "$.", self.path())) if self.chance(0.8) else self.mapping(depth)
        )
        return (
            [root, self.members(depth + 1) if self.chance(0.5) else self.mapping(depth)] if self.chance(0.8) else [root]
        )

    def transform_options(self, depth: int) -> Any:
        apply = self.members(depth + 1) if self.chance(0.7) else self.directive(depth)
        return {"apply": self.rooted(apply) if self.chance(0.05) else apply, "mapping": self.mapping(depth)}

    def rooted(self, members: dict[str, Any]) -> dict[str, Any]:
        return {**members, "__segment_internal_directive": self.directive(2) if self.chance(0.8) else self.value(2)}

    def root(self) -> Any:
        if self.chance(0.03):
            return self.random.choice((self.value(2), self.rooted(self.members(2))))
        depth = self.random.choice((1, 1, 1, 2, 2, 3))
        return (
            self.directive(depth)
            if self.chance(0.3)
            else {self.random.choice(KEYS): self.directive(depth) for _ in range(2)}
        )


def cases(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Draw so many cases `{id, mapping, data}`; the same seed gives the same cases."""
    generator = Generator(seed)
    for index in range(count):
        yield {"id": f"{seed}-{index}", "mapping": generator.root(), "data": generator.data()}
