"""CaseFile: everything that an inspection collects from the entries of a recording, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import cut, visible
from pendo_contracts.wire.agent_version import read_version
from pendo_emulator.inspection.evidence.case_clock import CaseClock
from pendo_emulator.inspection.evidence.deliveries import Deliveries
from pendo_emulator.inspection.evidence.engage_requests import EngageRequests
from pendo_emulator.inspection.evidence.entry_observation import observe_entry
from pendo_emulator.inspection.evidence.identities import Identities
from pendo_emulator.inspection.evidence.metadata_faults import MetadataFaults
from pendo_emulator.inspection.evidence.metadata_profiles import MetadataProfiles
from pendo_emulator.inspection.evidence.page_loads import PageLoads
from pendo_emulator.inspection.evidence.rule_findings import RuleFindings
from pendo_emulator.inspection.evidence.story import Story
from pendo_emulator.inspection.reading.outcomes import classify
from pendo_emulator.inspection.reading.pendo_targets import Target, find_target, region_of_version
from pendo_emulator.inspection.reading.recorded_request import request_of
from pendo_emulator.inspection.reading.segment_traffic import SegmentSettings, is_segment_script

if TYPE_CHECKING:
    from pendo_contracts.recordings.entry import Entry
    from pendo_contracts.rules.observation import Observation
    from pendo_emulator.inspection.evidence.case_clock import Moment
    from pendo_emulator.inspection.reading.recorded_request import RecordedRequest

MAX_UNREADABLE: Final = 20
MAX_LISTED: Final = 50
MAX_TIMES: Final = 100_000

_ACCEPTED: Final = frozenset({"ok", "redirect", "unknown"})


class CaseFile:
    """What a recording shows; `add` the entries in the order of the file, and `finish`."""

    def __init__(self) -> None:
        self.clock = CaseClock()
        self.pages, self.deliveries, self.identities = PageLoads(), Deliveries(), Identities()
        self.rules, self.metadata, self.faults, self.story = (
            RuleFindings(),
            MetadataProfiles(),
            MetadataFaults(),
            Story(),
        )
        self.engage = EngageRequests()
        self.segment_scripts: list[RecordedRequest] = []
        self.segment_settings: SegmentSettings | None = None
        self.unreadable: list[str] = []
        self.further_unreadable = 0
        self.lost_bodies = 0
        self.has_answers = False
        self.api_keys: dict[str, Moment] = {}
        self.regions: dict[str, Moment] = {}
        self.versions: dict[str, Moment] = {}
        self.events: dict[str, int] = {}
        self.times: dict[str, Moment] = {}
        self._cnames: set[str] = set()

    def add(self, entry: Entry) -> None:
        """Add an entry of a recording."""
        request = request_of(entry)
        if entry.problem or request is None:
            self._add_unreadable(entry)
            if request is None:
                return
        self.has_answers |= bool(request.status)
        moment = self.clock.moment(request.time, request.duration, request.where)
        if request.segment_settings:
            self.segment_settings = request.segment_settings
        if request.segment_call:
            self.story.add_segment_call(request.segment_call, moment)
        if request.engage_call:
            self.engage.add(request.engage_call, request, moment)
        if request.document is not None:
            self.pages.add_document(request, moment)
            self.story.add_page(request, moment)
        elif is_segment_script(request.path) and len(self.segment_scripts) < MAX_LISTED:
            self.segment_scripts.append(request)
        if (target := find_target(request.url, self._cnames)) is not None:
            self._add_pendo(entry, request, target, moment)

    def finish(self) -> None:
        """Decide what only the whole recording shows."""
        self.rules.finish()
        self.deliveries.resolve(self.pages, has_answers=self.has_answers)

    def close(self) -> None:
        """Delete temporary files."""
        self.rules.close()

    def _add_unreadable(self, entry: Entry) -> None:
        if len(self.unreadable) < MAX_UNREADABLE:
            self.unreadable.append(visible(f"{entry.where}: {entry.problem}"))
        else:
            self.further_unreadable += 1

    def _add_pendo(self, entry: Entry, request: RecordedRequest, target: Target, moment: Moment) -> None:
        """Add a request to Pendo: its answer, and its content as far as it can be decoded."""
        self.lost_bodies += bool(entry.not_judged)
        if target.host_kind == "cname" and not target.prefix and len(self._cnames) < MAX_LISTED:
            self._cnames.add(target.host)
        if target.api_key and not target.has_secret:
            self._see(self.api_keys, cut(target.api_key), moment)
        if len(self.times) < MAX_TIMES:
            self.times.setdefault(request.where, moment)
        observation = observe_entry(entry)
        is_probe = target.endpoint == "guide.gif" and not (observation and observation.facts.events)
        is_retry = observation is not None and "rt" in observation.request.beacon.query
        self.deliveries.add(request, target, moment, is_probe=is_probe, is_retry=is_retry)
        if target.role == "script":
            self.pages.add_script(request, target, moment)
            self.story.add_script(request, target, moment)
        else:
            self.story.add_request(request, target, observation, moment)
        if observation is not None:
            self._add_content(observation, request, target, moment)

    def _add_content(self, observation: Observation, request: RecordedRequest, target: Target, moment: Moment) -> None:
        """Give a decoded request to everything that reads its content."""
        beacon = observation.request.beacon
        version = beacon.query.get("v", "")
        if target.role == "data":
            if region := target.region or region_of_version(version):
                self._see(self.regions, region, moment)
            if version:
                self._see(self.versions, cut(read_version(beacon.query), 40), moment)
        self.identities.add(beacon, target.role, moment)
        self.faults.add(observation, moment)
        for event in observation.facts.events:
            if event.type in self.events or len(self.events) < MAX_LISTED:
                self.events[event.type] = self.events.get(event.type, 0) + 1
        # A host without its scheme is no host of its own: rules that compare hosts would compare the page's own host.
        if not (target.prefix and target.role == "data"):
            self.rules.add(observation)
        if classify(request.status, request.reason) in _ACCEPTED:
            self.metadata.add(observation)

    def _see(self, seen: dict[str, Moment], value: str, moment: Moment) -> None:
        if value in seen:
            seen[value] = min(seen[value], moment)
        elif len(seen) < MAX_LISTED:
            seen[value] = moment
