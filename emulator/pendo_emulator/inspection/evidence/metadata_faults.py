"""Finds metadata that Pendo cannot use: values that are objects or null, and keys that are no identifiers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pendo_contracts.common.safe_text import cut

if TYPE_CHECKING:
    from pendo_contracts.rules.observation import Observation
    from pendo_emulator.inspection.evidence.case_clock import Moment

MAX_FAULTS: Final = 100

_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PARENT: Final = "parentAccount"


class MetadataFault(NamedTuple):
    """A field that cannot be used: its path (`visitor.address`), and what is wrong with it."""

    moment: Moment
    path: str
    problem: str
    rule: str


class MetadataFaults:
    """The unusable fields of a recording, each once; `further` counts what is left out."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], MetadataFault] = {}
        self.further = 0

    def add(self, observation: Observation, moment: Moment) -> None:
        """Add the faults of a request's metadata."""
        for said in observation.metadata:
            for name, value in said.members.items():
                path = f"{said.object}.{cut(name, 100)}"
                if not _KEY.fullmatch(name):
                    problem = "the name has characters, or a beginning, that Pendo does not show"
                    self._keep(MetadataFault(moment, path, problem, "metadata-key"))
                is_parent = said.object == "account" and name == _PARENT
                if name != "id" and not is_parent and (problem := _value_problem(value)):
                    self._keep(MetadataFault(moment, path, problem, "metadata-value"))

    def found(self) -> list[MetadataFault]:
        """Return the faults in the order of time."""
        return sorted(self._found.values(), key=lambda fault: fault.moment)

    def _keep(self, fault: MetadataFault) -> None:
        key = fault.path, fault.rule
        if key in self._found:
            self._found[key] = min(self._found[key], fault)
        elif len(self._found) < MAX_FAULTS:
            self._found[key] = fault
        else:
            self.further += 1


def _value_problem(value: Any) -> str:
    if value is None:
        return "the value is null"
    if type(value) is dict:
        return "the value is an object"
    is_nested = type(value) is list and any(type(item) in {dict, list} for item in value)
    return "the value is a list of objects" if is_nested else ""
