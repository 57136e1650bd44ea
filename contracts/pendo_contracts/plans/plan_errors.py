"""PlanError: everything that is wrong with a tracking plan, each problem with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from pendo_contracts.common.safe_text import counted, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LISTED: Final = 50


class PlanProblem(Struct, frozen=True):
    """One problem of a plan: its place, such as `plan.json: /events/Signed Up`, and what to change."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{visible(self.place)}: {visible(self.message)}"


class PlanError(ValueError):
    """A tracking plan that cannot be used; `problems` lists everything that is wrong with it.

    The text lists the first MAX_LISTED problems, one on a line, and counts the others.
    """

    def __init__(self, problems: Sequence[PlanProblem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:MAX_LISTED]]
        if further := len(self.problems) - len(lines):
            lines.append(f"and {counted(further, 'further problem')}")
        super().__init__("\n".join(lines))
