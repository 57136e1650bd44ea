"""What all hosts' answers have in common: their type, and the answer to requests that are refused."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pendo_emulator.response import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.verdict import Violation
    from pendo_emulator.response import OutgoingResponse
    from pendo_emulator.subscription import Subscription

    # How each endpoint, by its name, answers.
    Answers: TypeAlias = Mapping[str, Callable[[JudgedRequest, Subscription], OutgoingResponse]]


def refuse(violations: Sequence[Violation], status: int = 400) -> OutgoingResponse:
    """Return the answer to a request that is refused: what is wrong with it and how to fix it."""
    first = violations[0]
    return problem(status, first.message, fix=first.fix, violations=[asdict(violation) for violation in violations])
