"""The type of the hosts' answers, and the answer to a rejected request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict

from pendo_emulator.response import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeAlias

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.verdict import Violation
    from pendo_emulator.response import OutgoingResponse
    from pendo_emulator.subscription import Subscription

    # The function that answers requests to an endpoint, by the endpoint's name.
    Answers: TypeAlias = Mapping[str, Callable[[JudgedRequest, Subscription], OutgoingResponse]]


def refuse(violations: Sequence[Violation], status: int = 400) -> OutgoingResponse:
    """Return the answer to a rejected request: it says what is wrong and how to fix it."""
    first = violations[0]
    return problem(status, first.message, fix=first.fix, violations=[asdict(violation) for violation in violations])
