"""Generates mapping cases from a seed: nested directives, unusual data and mappings with errors at any position."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VOCABULARY: dict[str, list[Any]] = json.loads(Path(__file__).with_name("mapping_vocabulary.json").read_text("utf-8"))


class MappingGenerator:
    """Generates values, paths and mappings from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.directives: dict[str, Callable[[int], Any]] = {
            "@path": lambda depth: self.path() if self.chance(0.9) else self.mapping(depth),
            "@template": lambda depth: self.template() if self.chance(0.9) else self.mapping(depth),
            "@literal": self.mapping,
            "@excludeWhenNull": self.mapping,
            "@liquid": lambda _depth: self.liquid("<template>"),
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

    def word(self, pool: str) -> Any:
        return self.random.choice(VOCABULARY[pool])

    def several(self, generate: Callable[[], Any], maximum: int = 3) -> list[Any]:
        return [generate() for _ in range(self.random.randint(0, maximum))]

    def string(self) -> str:
        pieces = "".join(self.random.choices(VOCABULARY["texts"], k=self.random.choice((1, 1, 1, 2, 3))))
        return self.json_text() if self.chance(0.2) else pieces

    def json_text(self) -> str:
        """Generate JSON text, sometimes with one character too many or too few."""
        text = json.dumps(self.value(2), ensure_ascii=self.chance(0.5))
        place, extra = (
            self.random.randrange(len(text) + 1),
            self.random.choice(("", "", "", " ", ",", "0", "\ufeff", "\t")),
        )
        return text[:place] + extra + text[place + self.chance(0.2) :]

    def scalar(self) -> Any:
        return self.random.choice((self.string(), self.string(), self.word("numbers"), True, False, None))

    def value(self, depth: int) -> Any:
        """Generate a JSON value."""
        if depth == 0:
            return self.random.choice((*VOCABULARY["texts"], *VOCABULARY["numbers"], True, False, None))
        if self.chance(0.4):
            return self.scalar()
        if self.chance(0.4):
            return self.several(lambda: self.value(depth - 1))
        return {self.word("keys"): self.value(depth - 1) for _ in range(self.random.randrange(4))}

    def data(self) -> Any:
        if self.chance(0.02):
            return self.value(2)
        return {
            "s": self.string(),
            "a": self.several(self.scalar),
            "o": {"k": self.value(1), "n": None, "b": {"k": self.scalar()}},
            "n": None,
            "arr": self.several(lambda: {"id": self.scalar(), "name": self.value(1), "b": {"k": self.value(1)}}),
            "b": self.value(3),
            "x": self.value(2),
            self.word("keys"): self.value(2),
        }

    def path(self) -> str:
        if self.chance(0.5):
            return self.word("paths")
        parts = self.random.choices(
            VOCABULARY["keys"] + VOCABULARY["parts"], k=self.random.choice((0, 1, 1, 1, 2, 2, 3))
        )
        text = "".join(part if part.startswith("[") or not index else f".{part}" for index, part in enumerate(parts))
        start, end = (
            self.random.choice(("$.", "$.", "", "$", ".", "$.$.")),
            self.random.choice(("", "", "", ".", "]", "[")),
        )
        return start + text + end

    def template(self) -> str:
        places = ["{{%s}}", "{{ %s }}", "{{{%s}}}", "{{{ %s }}}", "{{s.0}}{{s.1}}", "{{x}}", self.string()]
        text = "".join(self.random.choices(places, k=self.random.choice((1, 2, 3))))
        return text.replace("%s", self.path().removeprefix("$."))

    def liquid(self, text: str) -> str:
        """Replace each `<name>` by a word of the pool `liquid_name`, also inside the replacement."""
        return re.sub(r"<(\w+)>", lambda match: self.liquid(self.word(f"liquid_{match[1]}")), text)

    def mapping(self, depth: int) -> Any:
        """Generate a part of a mapping: mostly directives, sometimes objects, arrays and raw values."""
        if depth <= 0:
            return self.random.choice(
                ({"@path": self.path()}, {"@path": self.path()}, {"@template": self.template()}, self.scalar())
            )
        if self.chance(0.7):
            return self.directive(depth)
        if self.chance(0.5):
            return self.members(depth)
        return self.several(lambda: self.invalid(depth), 2) if self.chance(0.5) else self.scalar()

    def members(self, depth: int) -> dict[str, Any]:
        return {self.word("keys"): self.mapping(depth - 1) for _ in range(self.random.randrange(4))}

    def invalid(self, depth: int) -> Any:
        """Generate an invalid part; Segment rejects some of them only when it evaluates them."""
        if self.chance(0.7):
            return self.mapping(depth - 1)
        nonsense = {self.random.choice(list(self.directives)): self.value(2)}
        two = self.directive(depth - 1) | self.directive(depth - 1)
        more = self.directive(depth - 1) | {self.word("keys"): self.scalar()}
        return self.random.choice((nonsense, two, more, {"@bogus": self.scalar()}, self.value(2)))

    def directive(self, depth: int) -> dict[str, Any]:
        name = self.random.choice(list(self.directives))
        if self.chance(0.02):
            return {name: self.value(2)}
        value = self.directives[name](depth - 1)
        if isinstance(value, dict) and self.chance(0.04):
            self.damage(value, depth)
        return {name: value, "_metadata": {"label": "l"}} if self.chance(0.03) else {name: value}

    def damage(self, options: dict[str, Any], depth: int) -> None:
        key = self.random.choice([*options, "extra"])
        options.pop(key, None)
        if self.chance(0.5):
            options[key] = self.invalid(depth - 1)

    def if_options(self, depth: int) -> Any:
        options = {self.random.choice(("exists", "blank")): self.mapping(depth), "then": self.mapping(depth)}
        options |= {"else": self.mapping(depth)} if self.chance(0.8) else {}
        return options if self.chance(0.8) else {**options, "blank": self.mapping(depth)}

    def case_options(self, depth: int) -> Any:
        operator = self.random.choice(("lower", "upper") * 4 + ("title", "LOWER"))
        return {"operator": operator, "value": self.text_part(depth)}

    def text_part(self, depth: int) -> Any:
        path = {"@path": self.random.choice(("$.s", "$.x", "$.o.k", "$.a[0]"))}
        return path if self.chance(0.6) else self.mapping(depth)

    def replace_options(self, depth: int) -> Any:
        options = {"pattern": self.word("patterns"), "value": self.text_part(depth)}
        extra = {
            "replacement": self.word("replacements"),
            "ignorecase": self.chance(0.7),
            "global": self.chance(0.7),
            "pattern2": self.random.choice((*VOCABULARY["patterns"], "", "longerthanten")),
            "replacement2": self.word("replacements"),
        }
        return options | {key: value for key, value in extra.items() if self.chance(0.5)}

    def json_options(self, depth: int) -> Any:
        return {"value": self.text_part(depth), "mode": self.random.choice(("encode", "decode") * 4 + ("DECODE", "x"))}

    def flatten_options(self, depth: int) -> Any:
        options = {"value": self.mapping(depth), "separator": self.random.choice((".", "_", "--", ""))}
        return options | {"omitArrays": self.chance(0.5)} if self.chance(0.5) else options

    def merge_options(self, depth: int) -> Any:
        objects = self.several(lambda: self.mapping(depth) if self.chance(0.3) else self.members(depth + 1))
        return {"objects": objects, "direction": self.random.choice(("left", "right") * 4 + ("LEFT", "up"))}

    def array_path(self, depth: int) -> Any:
        path = self.random.choice(("$.arr", "$.a", "$.o", "$.", self.path()))
        shape = self.members(depth + 1) if self.chance(0.5) else self.mapping(depth)
        return [path if self.chance(0.8) else self.mapping(depth), *([shape] if self.chance(0.8) else [])]

    def transform_options(self, depth: int) -> Any:
        apply = self.members(depth + 1) if self.chance(0.7) else self.directive(depth)
        return {"apply": self.rooted(apply) if self.chance(0.05) else apply, "mapping": self.mapping(depth)}

    def rooted(self, members: dict[str, Any]) -> dict[str, Any]:
        return {**members, "__segment_internal_directive": self.directive(2) if self.chance(0.8) else self.value(2)}

    def root(self) -> Any:
        if self.chance(0.03):
            return self.random.choice((self.value(2), self.rooted(self.members(2))))
        depth = self.random.choice((1, 1, 1, 2, 2, 3))
        members = {self.word("keys"): self.directive(depth) for _ in range(2)}
        return self.directive(depth) if self.chance(0.3) else members


def generate_mapping_cases(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Generate `count` cases `{id, mapping, data}`; the same seed gives the same cases."""
    generator = MappingGenerator(seed)
    for index in range(count):
        case = {"id": f"{seed}-{index}", "mapping": generator.root(), "data": generator.data()}
        yield json.loads(json.dumps(case))  # joins adjacent surrogates
