"""A fault: a failure, the requests to which it applies, and its limits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from random import Random
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.contract import BrokenDocumentError, require
from pendo_contracts.wire.endpoint import ASSETS
from pendo_emulator.faults.effects import CONFIGURATION_EFFECTS, CONNECTION_EFFECTS, NO_RESPONSE, RESPONSE_EFFECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pendo_contracts.verdict import Violation
    from pendo_contracts.wire.beacon import Beacon
    from pendo_emulator.response import OutgoingResponse

_MATCHER: Final[Mapping[str, Callable[[Beacon], Iterable[str]]]] = {
    "region": lambda beacon: (beacon.place.name,),
    "endpoint": lambda beacon: (beacon.endpoint_name,),
    "method": lambda beacon: (beacon.method,),
    "event": lambda beacon: (event.type for event in beacon.events),
}
EFFECTS: Final = (*CONFIGURATION_EFFECTS, *RESPONSE_EFFECTS, *CONNECTION_EFFECTS)
_NEEDS_EFFECT: Final = "/then/required"
_SCHEDULE: Final = ("probability", "seed", "times", "seconds")


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure: `matcher` selects the requests, `effects` says how they fail.

    The fault applies to a matching request with a `probability`, drawn with a `seed`; it applies at most `times` times,
    and for `seconds` seconds. The contract `fault` describes the members.
    """

    matcher: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[str, Any] = field(default_factory=dict)
    probability: float = 1
    seed: int = 0
    times: float = inf
    seconds: float = inf

    @property
    def document(self) -> dict[str, Any]:
        """The fault as JSON that keeps the contract `fault`."""
        schedule = {name: getattr(self, name) for name in _SCHEDULE}
        limits = {name: value for name, value in schedule.items() if value != getattr(NO_FAULT, name)}
        return {**self.matcher, **self.effects, **limits}

    @property
    def label(self) -> str:
        """The effects in short: `status=503 body=gif`."""
        if not self.effects:
            return ""
        return " ".join(name if value is True else f"{name}={value}" for name, value in self.effects.items())

    @property
    def suppresses_response(self) -> bool:
        """Whether the client gets no response."""
        return not NO_RESPONSE.isdisjoint(self.effects)

    @property
    def config(self) -> Mapping[str, Any]:
        """The members that the fault adds to the agent's configuration."""
        if not self.effects:
            return self.effects
        return {key: value for name in self.effects for key, value in CONFIGURATION_EFFECTS.get(name, {}).items()}

    def matches(self, beacon: Beacon) -> bool:
        """Return whether the fault selects a request.

        A fault that changes the agent's configuration selects only requests for the script or the configuration.
        """
        matched = all(value in _MATCHER[name](beacon) for name, value in self.matcher.items())
        return matched and (not self.config or beacon.endpoint_name in ASSETS)

    def is_drawn(self, number: int) -> bool:
        """Draw whether the fault applies to a matching request, given its number from 0; equal seeds draw the same."""
        return Random(f"{self.seed}/{number}").random() < self.probability  # noqa: S311 - repeatable, no secret

    def alter(self, response: OutgoingResponse) -> OutgoingResponse:
        """Return a response with the effects of the fault."""
        for name in RESPONSE_EFFECTS if self.effects else ():
            if name in self.effects:
                response = RESPONSE_EFFECTS[name](response, self.effects[name])
        return response

    @property
    def connection_effects(self) -> Mapping[str, Any]:
        """The effects on the connection: `delay` and `hang` in seconds, `reset`."""
        return self.effects and {name: self.effects[name] for name in CONNECTION_EFFECTS if name in self.effects}


NO_FAULT: Final = Fault()


def read_fault(document: Any) -> Fault:
    """Read a fault; raise BrokenDocumentError if the document breaks the contract `fault`."""
    _require("fault", document)
    return from_document(document)


def read_faults(documents: Any) -> list[Fault]:
    """Read a list of faults; raise BrokenDocumentError if the document breaks the contract `faults`."""
    _require("faults", documents)
    return [from_document(document) for document in documents]


def _require(contract: str, document: Any) -> None:
    """Raise BrokenDocumentError if a document breaks a contract; explain a fault without an effect in plain words."""
    try:
        require(contract, document)
    except BrokenDocumentError as error:
        raise BrokenDocumentError(tuple(map(_explain, error.violations))) from None


def _explain(violation: Violation) -> Violation:
    if violation.rule != _NEEDS_EFFECT:
        return violation
    return replace(violation, message="the fault has no effect", fix=f"add one of {', '.join(EFFECTS)}")


def from_document(document: Mapping[str, Any]) -> Fault:
    """Read a fault from a document that keeps the contract."""
    matcher, effects, schedule = (
        {name: document[name] for name in names if name in document} for names in (_MATCHER, EFFECTS, _SCHEDULE)
    )
    return Fault(matcher, effects, **schedule)
