"""Random sequences from a seed: pages, calls and options in any order, with ids and values of every kind."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from values import CONFIGS, EVERY_KIND, HOME, IDS, PROPS, SNIPPETS, UNDEFINED, WRITING, Call, Case, case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_USUAL_IDS = ("u1", "u2", "u3", "a1", "_PENDO_T_given", 7)
_VALUES = (1, "x", "pro", True, None, [1, 2], {"a": {"b": 1}}, UNDEFINED, *EVERY_KIND.values(), *WRITING.values())
_NAMES = ("plan", "Plan", "tier", "name", "language", "n", "", "10", "9", "nested")


class Walk:
    """Draws one sequence from a source of randomness."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.queued = {
            self.track: 8, self.identify: 5, self.identify_with_metadata: 3, self.update: 3, self.track_agent: 1,
            self.load_page: 1,
        }  # fmt: skip
        self.all = {**self.queued, self.set_id: 1, self.clear: 1, self.flush: 1, self.initialize: 1}

    def case(self) -> Case:
        config = self.random.choice(CONFIGS) if self.chance(0.3) else {}
        pages = [self.page() for _ in range(self.random.choice((1, 1, 1, 2, 3)))]
        return case("walk", *pages, config=config, final_flush=self.chance(0.9))

    def page(self) -> list[Any]:
        first = self.ticks(1, self.queued) if self.chance(0.1) else []
        return [*first, self.initialize(), *self.ticks(self.random.randint(1, 5), self.all)]

    def ticks(self, count: int, weighted: dict[Callable[[], Call], int]) -> list[tuple[Call, ...]]:
        calls, weights = list(weighted), list(weighted.values())
        sizes = self.random.choices((1, 2, 3, 5), (5, 2, 2, 1), k=count)
        return [tuple(call() for call in self.random.choices(calls, weights, k=size)) for size in sizes]

    def initialize(self) -> Call:
        return ["initialize", self.metadata() | (self.random.choice(SNIPPETS) if self.chance(0.1) else {})]

    def identify(self) -> Call:
        return ["identify", self.id(), *([self.id()] if self.chance(0.6) else [])]

    def identify_with_metadata(self) -> Call:
        return ["identify", self.metadata()]

    def update(self) -> Call:
        return ["updateOptions", self.metadata()]

    def track(self) -> Call:
        return ["track", f"Event {self.random.randint(1, 5)}", *([self.props()] if self.chance(0.8) else [])]

    def track_agent(self) -> Call:
        return ["trackAgent", self.random.choice(("prompt", "system_response", "track")), self.props()]

    def set_id(self) -> Call:
        return [self.random.choice(("set_visitor_id", "set_account_id")), self.id()]

    def load_page(self) -> Call:
        return ["pageLoad", *([f"{HOME}/page/{self.random.randint(1, 3)}"] if self.chance(0.7) else [])]

    def clear(self) -> Call:
        return ["clearSession"]

    def flush(self) -> Call:
        return ["flushNow"]

    def metadata(self) -> dict[str, Any]:
        kinds = {"visitor": 0.9, "account": 0.6, "parentAccount": 0.2}
        return {kind: self.members() for kind, probability in kinds.items() if self.chance(probability)}

    def members(self) -> Any:
        if self.chance(0.03):
            return self.value()
        given = {self.random.choice(_NAMES): self.value() for _ in range(self.random.randint(0, 3))}
        return {"id": self.id(), **given} if self.chance(0.85) else given

    def id(self) -> Any:
        return self.random.choice(_USUAL_IDS if self.chance(0.9) else IDS)

    def value(self) -> Any:
        return self.random.choice(_VALUES)

    def props(self) -> Any:
        return self.random.choice(PROPS) if self.chance(0.4) else {self.random.choice(_NAMES): self.value()}

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability


def draw(seed: int, count: int) -> Iterator[Case]:
    """Draw so many sequences; the same ones for the same seed."""
    return ({"id": f"walk {seed}-{number}", **Walk(f"{seed}-{number}").case()} for number in range(count))
