"""What all hosts' answers have in common: their type, and the answer to requests that cannot be decoded."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pendo_emulator.response import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from pendo_contracts.judged_request import JudgedRequest
    from pendo_emulator.response import OutgoingResponse
    from pendo_emulator.subscription import Subscription

    # How each endpoint, by its name, answers.
    Answers: TypeAlias = Mapping[str, Callable[[JudgedRequest, Subscription], OutgoingResponse]]


def unreadable(exchange: JudgedRequest, status: int = 400) -> OutgoingResponse:
    """Return the answer to a request that cannot be decoded: what is wrong and how to fix it."""
    errors = exchange.beacon.decode_errors
    return problem(status, errors[0].message, fix=errors[0].fix, violations=[asdict(error) for error in errors])
