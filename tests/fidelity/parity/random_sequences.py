"""Generates sequences of calls from a seed: pages, calls and options in any order, with all kinds of ids and values."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from tests.fidelity.parity.sequence_values import (
    CONFIGS,
    EVERY_KIND,
    HOME,
    IDS,
    PROPS,
    SNIPPETS,
    UNDEFINED,
    UNUSUAL_TEXTS,
    Call,
    Case,
    case,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_COMMON_IDS = ("u1", "u2", "u3", "a1", "_PENDO_T_given", 7)
_VALUES = (1, "x", "pro", True, None, [1, 2], {"a": {"b": 1}}, UNDEFINED, *EVERY_KIND.values(), *UNUSUAL_TEXTS.values())
_NAMES = ("plan", "Plan", "tier", "name", "language", "n", "", "10", "9", "nested")


class SequenceGenerator:
    """Generates one sequence from a seed."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.calls_before_start = {
            self.track: 8, self.identify: 5, self.identify_with_metadata: 3, self.update: 3, self.track_agent: 1,
            self.load_page: 1,
        }  # fmt: skip
        self.all_calls = {**self.calls_before_start, self.set_id: 1, self.clear: 1, self.flush: 1, self.initialize: 1}

    def case(self) -> Case:
        config = self.random.choice(CONFIGS) if self.chance(0.3) else {}
        pages = [self.page() for _ in range(self.random.choice((1, 1, 1, 2, 3)))]
        return case("random", *pages, config=config, final_flush=self.chance(0.9))

    def page(self) -> list[Any]:
        first = self.ticks(1, self.calls_before_start) if self.chance(0.1) else []
        return [*first, self.initialize(), *self.ticks(self.random.randint(1, 5), self.all_calls)]

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
        members = {self.random.choice(_NAMES): self.value() for _ in range(self.random.randint(0, 3))}
        return {"id": self.id(), **members} if self.chance(0.85) else members

    def id(self) -> Any:
        return self.random.choice(_COMMON_IDS if self.chance(0.9) else IDS)

    def value(self) -> Any:
        return self.random.choice(_VALUES)

    def props(self) -> Any:
        return self.random.choice(PROPS) if self.chance(0.4) else {self.random.choice(_NAMES): self.value()}

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability


def generate_sequences(seed: int, count: int) -> Iterator[Case]:
    """Generate `count` sequences; the same seed gives the same sequences."""
    for number in range(count):
        yield {"id": f"random {seed}-{number}", **SequenceGenerator(f"{seed}-{number}").case()}
