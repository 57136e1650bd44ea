"""A fault: a failure, the requests to which it applies, and its limits."""

from __future__ import annotations

from math import inf
from random import Random
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from pendo_contracts.contract import BrokenDocumentError, require
from pendo_contracts.verdict import Violation
from pendo_emulator.faults.delay_distribution import MODIFIERS, draw_delay
from pendo_emulator.faults.effects import (
    CONFIGURATION_EFFECTS,
    CONNECTION_EFFECTS,
    ENDPOINTS_OF,
    HOST_EFFECTS,
    NO_RESPONSE,
    RESPONSE_EFFECTS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pendo_contracts.wire.beacon import Beacon
    from pendo_contracts.wire.region import Place
    from pendo_emulator.response import OutgoingResponse

_HOST_MATCHER: Final[Mapping[str, Callable[[Place, str], bool]]] = {
    "region": lambda place, name: place.name == name,
    "host": lambda place, name: place.host == name,
}
_REQUEST_MATCHER: Final[Mapping[str, Callable[[Beacon, str], bool]]] = {
    "endpoint": lambda beacon, name: beacon.endpoint_name == name,
    "method": lambda beacon, method: beacon.method == method,
    "event": lambda beacon, kind: any(event.type == kind for event in beacon.events),
}
_MATCHER: Final = (*_HOST_MATCHER, *_REQUEST_MATCHER)
EFFECTS: Final = (*CONFIGURATION_EFFECTS, *RESPONSE_EFFECTS, *CONNECTION_EFFECTS, *HOST_EFFECTS)
_NEEDS_EFFECT: Final = "/then/required"
_HOST_EFFECT: Final = "/dependentSchemas/"
_SCHEDULE: Final = ("probability", "seed", "times", "seconds")


class Fault(Struct, frozen=True):
    """A failure: `matcher` selects the requests, `effects` says how they fail.

    The fault applies to a matching request with a `probability`, drawn with a `seed`; it applies at most `times` times,
    and for `seconds` seconds. The contract `fault` describes the members. `drawn_delay` is the delay that was drawn for
    one request, None if the delay has no distribution.
    """

    matcher: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[str, Any] = field(default_factory=dict)
    probability: float = 1
    seed: int = 0
    times: float = inf
    seconds: float = inf
    drawn_delay: float | None = None

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

    @property
    def host_effects(self) -> Mapping[str, Any]:
        """The effects on a host, which apply before a request; a fault with such effects has no other ones."""
        return self.effects and {name: self.effects[name] for name in HOST_EFFECTS if name in self.effects}

    def matches(self, beacon: Beacon) -> bool:
        """Return whether the fault selects a request.

        Some effects select only requests to the endpoints to which they can apply. Effects on a host select none.
        """
        selects = _REQUEST_MATCHER.items()
        return (
            self.matches_host(beacon.place)
            and all(matches(beacon, self.matcher[name]) for name, matches in selects if name in self.matcher)
            and all(beacon.endpoint_name in ENDPOINTS_OF[name] for name in self.effects if name in ENDPOINTS_OF)
            and not self.host_effects
        )

    def matches_host(self, place: Place) -> bool:
        """Return whether the fault selects a host."""
        selects = _HOST_MATCHER.items()
        return all(matches(place, self.matcher[name]) for name, matches in selects if name in self.matcher)

    def is_drawn(self, number: int) -> bool:
        """Draw whether the fault applies to a matching request, given its number from 0; equal seeds draw the same."""
        return Random(f"{self.seed}/{number}").random() < self.probability  # noqa: S311 - repeatable, no secret

    def applied_to(self, number: int) -> Fault:
        """Return the fault as it applies to a matching request, given its number from 0: with its delay drawn."""
        if MODIFIERS[0] not in self.effects:
            return self
        return replace(self, drawn_delay=draw_delay(self.effects, self.seed, number))

    def alter(self, response: OutgoingResponse) -> OutgoingResponse:
        """Return a response with the effects of the fault."""
        for name in RESPONSE_EFFECTS if self.effects else ():
            if name in self.effects:
                response = RESPONSE_EFFECTS[name](response, self.effects[name])
        return response

    @property
    def connection_effects(self) -> Mapping[str, Any]:
        """The effects on the connection: `delay`, `drip` and `hang` in seconds, `reset`."""
        if not self.effects:
            return self.effects
        effects = {name: self.effects[name] for name in CONNECTION_EFFECTS if name in self.effects}
        return effects if self.drawn_delay is None else effects | {"delay": self.drawn_delay}


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
        others = (_explain(violation) for violation in error.violations if _HOST_EFFECT not in violation.rule)
        faults = enumerate(document) if isinstance(document, list) else [(None, document)]
        misplaced = (violation for number, fault in faults for violation in _misplaced(number, fault))
        raise BrokenDocumentError((*others, *misplaced)) from None


def _explain(violation: Violation) -> Violation:
    if violation.rule != _NEEDS_EFFECT:
        return violation
    return replace(violation, message="the fault has no effect", fix=f"add one of {', '.join(EFFECTS)}")


def _misplaced(number: int | None, fault: Any) -> Iterator[Violation]:
    """Yield a violation for each member of a fault that cannot be combined with its effect on a host."""
    effect = next((name for name in HOST_EFFECTS if isinstance(fault, dict) and name in fault), None)
    allowed = {effect, *_HOST_MATCHER, *_SCHEDULE}
    for name in fault if effect else ():
        if name not in allowed:
            place = f"/{name}" if number is None else f"/{number}/{name}"
            message = f"{effect} applies before a request is sent, so that {name} has no effect"
            yield Violation("fault", f"{_HOST_EFFECT}{effect}", place, message, f"remove {name}")


def from_document(document: Mapping[str, Any]) -> Fault:
    """Read a fault from a document that keeps the contract."""
    matcher, effects, schedule = (
        {name: document[name] for name in names if name in document}
        for names in (_MATCHER, (*EFFECTS, *MODIFIERS), _SCHEDULE)
    )
    return Fault(matcher, effects, **schedule)
