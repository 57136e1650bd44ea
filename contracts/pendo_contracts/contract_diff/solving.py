"""The interface of the solver that builders of objects and arrays use for the values inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.contract_diff.goals import Budget, Goal


class Solving(Protocol):
    """Finds values that meet goals."""

    budget: Budget
    seed: int

    def solve(self, goals: tuple[Goal, ...], trail: tuple[int, ...]) -> Iterator[Any]:
        """Yield values that probably meet all goals."""

    def first(self, goals: tuple[Goal, ...], trail: tuple[int, ...], count: int = 1) -> list[Any]:
        """Return the first values of `solve`."""
