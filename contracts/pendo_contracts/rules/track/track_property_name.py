"""Finds names of track properties that Pendo does not accept: rule track-property-name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pendo_contracts.contract import to_pointer
from pendo_contracts.keyword_explanations import shorten
from pendo_contracts.rules.finding_limit import limit_findings
from pendo_contracts.rules.rule_base import Description, RequestRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pendo_contracts.finding import Finding
    from pendo_contracts.rules.observation import Observation, TrackProperties
    from pendo_contracts.rules.request_facts import Facts

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
# The agent itself adds this property to events with promoted metadata (observed).
_OF_THE_AGENT: Final = "__sg__"
MAX_FAULTLESS: Final = 10_000


class TrackPropertyName(RequestRule):
    """Finds names of track properties that Pendo does not accept."""

    reads = "tracks"
    description = Description(
        name="track-property-name",
        severity="warning",
        section="track",
        summary="the name of a property is longer than 32 characters, has other characters than A-Z a-z 0-9 _, begins"
        " with a digit, or begins and ends with __",
        symptom="The property cannot be selected in Pendo's reports on the track event.",
        reason="Pendo does not show properties with other names, and gives no error message.",
        fix="rename the property: at most 32 characters of A-Z a-z 0-9 _, not a digit first",
        source="documented: Pendo's rules for track events",
        thresholds={"max_characters": 32},
    )

    def start(self) -> None:
        """Create the set of names that have no fault, because most names are sent many times."""
        self._faultless: set[str] = set()

    def check(self, observation: Observation) -> Iterable[Finding]:
        """Return a finding for each property with such a name."""
        for track in observation.tracks:
            if not track.members.keys() <= self._faultless:
                return limit_findings(self._problems(observation), self._write)
        return ()

    def _problems(self, observation: Observation) -> Iterator[tuple[Facts, TrackProperties, str, str]]:
        of_agent = observation.facts.source == "agent"
        for track in observation.tracks:
            if track.members.keys() <= self._faultless:
                continue
            for name in track.members:
                if not (problem := self._problem(name)):
                    if len(self._faultless) < MAX_FAULTLESS:
                        self._faultless.add(name)
                elif not (of_agent and name == _OF_THE_AGENT):
                    yield observation.facts, track, name, problem

    def _write(self, facts: Facts, track: TrackProperties, name: str, problem: str) -> Finding:
        message = f"the property {shorten(name)} {problem}"
        return self.finding(facts, message, track.event, track.pointer + to_pointer([name]))

    def _problem(self, name: str) -> str:
        if len(name) > (limit := self.thresholds["max_characters"]):
            return f"has a name of {len(name):,} characters; the limit is {limit:,}"
        if not _NAME.fullmatch(name):
            return "has a name that Pendo does not accept"
        return "has a reserved name" if name.startswith("__") and name.endswith("__") else ""
