"""The documentation of a part of the language: syntax, meaning, examples that are tests, and how it is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pendo_emulator.engage.pipeline.document import Part
    from pendo_emulator.engage.pipeline.row import Row
    from pendo_emulator.engage.pipeline.step import Effect, Reading, Step


@dataclass(frozen=True, slots=True)
class Example:
    """A step or a list of steps, the rows before and after, and the rows of other sources."""

    step: Any
    before: Sequence[Row]
    after: Sequence[Row]
    sources: Mapping[str, Sequence[Row]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A step that is refused, and a piece of the error message."""

    step: Any
    message: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a reader has to know; `evidence` says in words how each fact is known."""

    syntax: str
    meaning: str
    evidence: str
    examples: tuple[Example, ...] = ()
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator: its name, the function that reads a step, the step's effect on rows, and the description."""

    name: str
    read: Callable[[Part, Reading], Step]
    effect: Effect
    description: Description
