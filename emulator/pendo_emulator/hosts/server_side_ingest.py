"""Server-side ingest: calls that a server posts with a secret, and requests of Pendo's server SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.hosts.answers import refuse
from pendo_emulator.response import EMPTY

if TYPE_CHECKING:
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.verdict import Violation
    from pendo_emulator.hosts.answers import Answers
    from pendo_emulator.response import OutgoingResponse
    from pendo_emulator.subscription import Subscription

# A value of the right type that is too small or too large: a time in seconds is only a wrong date.
_WRONG_SECRET: Final = EMPTY._replace(status=403)
_OUT_OF_RANGE: Final = ("/minimum", "/maximum")


def _accept_call(request: JudgedRequest, subscription: Subscription) -> OutgoingResponse:
    """Answer a call with an empty body, or 400 if its body cannot be read as the event (documented).

    Assumed: the answer's body is empty (the real body is unknown); an empty name or visitor counts as unreadable; a
    time in seconds does not count as unreadable. Pendo's answer to a wrong secret is unknown, so the subscription says
    what happens: 403 with an empty body, or 200 and the call is dropped.
    """
    if subscription.track_secrets and (answer := subscription.secret_answer(request.envelope)) != "accept":
        return _WRONG_SECRET if answer == "refuse" else EMPTY
    violations = _unusable(request)
    return refuse(violations) if violations else EMPTY


def _unusable(request: JudgedRequest) -> list[Violation]:
    if request.good:
        return []
    violations = (violation for verdict in request.verdicts[1:] for violation in verdict.violations)
    return [violation for violation in violations if not violation.rule.endswith(_OUT_OF_RANGE)]


def _accept_traces(*_: object) -> OutgoingResponse:
    """Answer the SDK with an empty body; for the SDK any status below 400 is a success (observed)."""
    return EMPTY


ANSWERS: Final[Answers] = {"track": _accept_call, "agentic": _accept_call, "agenticsdk": _accept_traces}
