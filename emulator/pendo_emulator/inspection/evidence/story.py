"""Tells the story of a recording: pages, scripts, visitors, accounts, events and failures, in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_contracts.common.safe_text import counted, cut
from pendo_emulator.inspection.inspection import Step
from pendo_emulator.inspection.reading.outcomes import BLOCKED, REFUSED, classify

if TYPE_CHECKING:
    from pendo_contracts.rules.observation import Observation
    from pendo_emulator.inspection.evidence.case_clock import Moment
    from pendo_emulator.inspection.inspection import StepKind
    from pendo_emulator.inspection.reading.pendo_targets import Target
    from pendo_emulator.inspection.reading.recorded_request import RecordedRequest
    from pendo_emulator.inspection.reading.segment_traffic import SegmentCall

MAX_STEPS: Final = 1_000
PAUSE: Final = 30_000

_NAMES: Final = 5
_SNIPPETS: Final = {"pendo": "Pendo's snippet", "segment": "Segment's snippet"}
_GUIDES: Final = frozenset({"guide.json", "guide.js"})


class Story:
    """Collects the steps of a story; `further` counts the steps that are left out."""

    def __init__(self) -> None:
        self._steps: list[tuple[Moment, Step]] = []
        self._who: dict[str, tuple[str, str]] = {}
        self._call: SegmentCall | None = None
        self.further = 0

    def add_page(self, request: RecordedRequest, moment: Moment) -> None:
        """Add a page."""
        found = request.document.snippets if request.document else ()
        how = f"; it has {' and '.join(_SNIPPETS[name] for name in found)}" if found else ""
        self._add(moment, "page", f"The page {_address(request.url)} is opened{how}.", status=request.status)

    def add_segment_call(self, call: SegmentCall, moment: Moment) -> None:
        """Add a call of the page to Segment."""
        self._call = call
        about = [f"visitor {call.user}" if call.user else "", f"account {call.group}" if call.group else ""]
        shown = ", ".join(filter(None, [call.event, *about]))
        self._add(moment, "note", f"The page calls Segment: {call.type}{f' ({shown})' if shown else ''}.")

    def add_script(self, request: RecordedRequest, target: Target, moment: Moment) -> None:
        """Add a request for the agent's script."""
        outcome = _outcome(request)
        text = f"The agent's script is asked of {target.host}"
        self._add(moment, "script", _with_outcome(text, request), outcome, request.status)

    def add_request(self, request: RecordedRequest, target: Target, seen: Observation | None, moment: Moment) -> None:
        """Add a request of the agent, of the webhook or of a server."""
        outcome = _outcome(request)
        if seen is not None:
            self._add_identity(seen, moment)
        events = seen.facts.events if seen is not None else ()
        if target.endpoint in _GUIDES:
            self._add(moment, "guides", _with_outcome("The agent asks for guides", request), outcome, request.status)
        elif events:
            names = list(dict.fromkeys(event.name or event.type for event in events))
            shown = ", ".join(cut(name, 60) for name in names[:_NAMES]) + (", ..." if len(names) > _NAMES else "")
            sender = {"webhook": "Segment's webhook", "server": "A server"}.get(target.role, "The agent")
            kind: StepKind = "webhook" if target.role == "webhook" else "events"
            text = f"{sender} sends {counted(len(events), 'event')} to {target.host} ({shown})"
            self._add(moment, kind, _with_outcome(text, request), outcome, request.status)
        elif outcome not in {"ok", ""}:
            text = f"A request to {target.endpoint} on {target.host} is sent"
            self._add(moment, "failure", _with_outcome(text, request), outcome, request.status)

    def steps(self) -> tuple[Step, ...]:
        """Return the steps in the order of time, with the pauses between them."""
        steps: list[Step] = []
        before = 0
        for moment, step in sorted(self._steps, key=lambda item: item[0]):
            if before and step.time - before >= PAUSE:
                steps.append(Step("pause", f"Nothing happens for {(step.time - before) // 1000} seconds.", time=before))
            steps.append(step)
            before = step.time or before
            del moment
        return tuple(steps)

    def _add_identity(self, seen: Observation, moment: Moment) -> None:
        """Add steps for a visitor or an account that changes within a page."""
        for run in seen.facts.runs:
            visitor, account = self._who.get(run.frame, ("", ""))
            event = seen.facts.events[run.event].type
            cause = f" by {event}" if event == "identify" else ""
            cause += f" after Segment's {self._call.type}" if self._call else ""
            if run.visitor and run.visitor != visitor:
                change = f"becomes {cut(run.visitor)}" if visitor else f"is {cut(run.visitor)}"
                self._add(moment, "visitor", f"The visitor {change}{cause}.")
            if run.account != account:
                change = f"is {cut(run.account)}" if run.account else "is none any more"
                self._add(moment, "account", f"The account {change}{cause}.")
            if run.frame in self._who or len(self._who) < MAX_STEPS:
                self._who[run.frame] = (run.visitor or visitor, run.account)

    def _add(self, moment: Moment, kind: StepKind, text: str, outcome: str = "", status: int | None = None) -> None:
        if len(self._steps) >= MAX_STEPS:
            self.further += 1
            return
        values = {"status": str(status)} if status else {}
        self._steps.append((moment, Step(kind, text, moment.where, moment.shown_time, outcome, values)))


def _outcome(request: RecordedRequest) -> str:
    found = classify(request.status, request.reason)
    if found in {"ok", "redirect"}:
        return "ok"
    if found == "unknown":
        return ""
    if found in REFUSED:
        return "refused"
    return "blocked" if found in BLOCKED else "failed"


def _with_outcome(text: str, request: RecordedRequest) -> str:
    outcome = _outcome(request)
    if outcome == "refused":
        return f"{text}; the answer is {request.status}."
    if outcome in {"blocked", "failed"}:
        return f"{text}; there is no answer{f' ({cut(request.reason, 100)})' if request.reason else ''}."
    return f"{text}."


def _address(url: str) -> str:
    return cut(url.partition("?")[0].partition("#")[0])
