"""Fault: something that goes wrong on purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.contract import require
from pendo_contracts.endpoint import ASSETS
from pendo_emulator.faults.effects import ON_ANSWER, ON_CONFIGURATION, ON_CONNECTION, SILENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pendo_contracts.beacon import Beacon
    from pendo_emulator.http.response import OutgoingResponse

_AIMS: Final[Mapping[str, Callable[[Beacon], Iterable[str]]]] = {
    "region": lambda beacon: (beacon.place.name,),
    "endpoint": lambda beacon: (beacon.endpoint_name,),
    "method": lambda beacon: (beacon.method,),
    "event": lambda beacon: (event.type for event in beacon.events),
}
_EFFECTS: Final = (*ON_CONFIGURATION, *ON_ANSWER, *ON_CONNECTION)
_EXTENT: Final = ("probability", "seed", "times", "seconds")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong: what it is aimed at, its effects, how often and how many seconds it strikes.

    The contract `fault` says what each member may be.
    """

    aim: Mapping[str, str] = field(default_factory=dict)
    effects: Mapping[str, Any] = field(default_factory=dict)
    probability: float = 1
    seed: int = 0
    times: float = inf
    seconds: float = inf

    @property
    def document(self) -> dict[str, Any]:
        """The fault as its contract has it."""
        extent = {name: getattr(self, name) for name in _EXTENT}
        limits = {name: value for name, value in extent.items() if value != getattr(NO_FAULT, name)}
        return {**self.aim, **self.effects, **limits}

    @property
    def label(self) -> str:
        """The effects in a few words: `status=503 body=gif`."""
        return " ".join(name if value is True else f"{name}={value}" for name, value in self.effects.items())

    @property
    def silent(self) -> bool:
        """Whether nothing is answered."""
        return not SILENT.isdisjoint(self.effects)

    @property
    def config(self) -> Mapping[str, Any]:
        """What it adds to the configuration of the agent."""
        return {key: value for name in self.effects for key, value in ON_CONFIGURATION.get(name, {}).items()}

    def aims_at(self, beacon: Beacon) -> bool:
        """Tell whether it may strike a request; what adds to the configuration strikes only where there is one."""
        aimed = all(value in _AIMS[name](beacon) for name, value in self.aim.items())
        return aimed and (not self.config or beacon.endpoint_name in ASSETS)

    def chances_on(self, number: int) -> bool:
        """Draw whether it strikes the request of this number, from 0: by the same seed always the same ones."""
        return Random(f"{self.seed}/{number}").random() < self.probability  # noqa: S311 - repeatable, no secret

    def spoil(self, answer: OutgoingResponse) -> OutgoingResponse:
        """Have its effects on an answer."""
        for name in ON_ANSWER if self.effects else ():
            if name in self.effects:
                answer = ON_ANSWER[name](answer, self.effects[name])
        return answer

    @property
    def disturbance(self) -> Mapping[str, Any]:
        """Its effects on the connection: `delay` and `hang` in seconds, `reset`."""
        return self.effects and {name: self.effects[name] for name in ON_CONNECTION if name in self.effects}


NO_FAULT: Final = Fault()


def read_fault(document: Any) -> Fault:
    """Read a fault; raise BrokenDocumentError if it does not keep the contract `fault`."""
    require("fault", document)
    return from_document(document)


def read_faults(documents: Any) -> list[Fault]:
    """Read a list of faults; raise BrokenDocumentError if it does not keep the contract `faults`."""
    require("faults", documents)
    return [from_document(document) for document in documents]


def from_document(document: Mapping[str, Any]) -> Fault:
    """Make a fault of a document that keeps the contract."""
    aim, effects, extent = (
        {name: document[name] for name in names if name in document} for names in (_AIMS, _EFFECTS, _EXTENT)
    )
    return Fault(aim, effects, **extent)
