"""The contracts of the traffic between Segment and Pendo: regions, beacons, schemas, rules, verdicts and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.lazy_names import lazy_names as _lazy_names

if TYPE_CHECKING:
    from pendo_contracts.contract import BrokenDocumentError, Contract, load_contract
    from pendo_contracts.finding import Finding
    from pendo_contracts.judge import judge_request, judge_stream
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.recordings.reading import read_recording
    from pendo_contracts.report import Outcome, Report, as_json, as_text, conclude, summarize
    from pendo_contracts.rules import RULES, Rule
    from pendo_contracts.verdict import Verdict, Violation
    from pendo_contracts.wire.beacon import Beacon, from_envelope
    from pendo_contracts.wire.endpoint import ENDPOINTS, Endpoint
    from pendo_contracts.wire.envelope import Envelope, Response
    from pendo_contracts.wire.event import Event
    from pendo_contracts.wire.jzb import JzbError
    from pendo_contracts.wire.region import REGIONS, Region

__all__ = [
    "ENDPOINTS",
    "REGIONS",
    "RULES",
    "Beacon",
    "BrokenDocumentError",
    "Contract",
    "Endpoint",
    "Envelope",
    "Event",
    "Finding",
    "JudgedRequest",
    "JzbError",
    "Outcome",
    "Region",
    "Report",
    "Response",
    "Rule",
    "Verdict",
    "Violation",
    "as_json",
    "as_text",
    "conclude",
    "from_envelope",
    "judge_request",
    "judge_stream",
    "load_contract",
    "read_recording",
    "summarize",
]

__getattr__ = _lazy_names(
    __name__,
    {
        "wire.beacon": ("Beacon", "from_envelope"),
        "contract": ("BrokenDocumentError", "Contract", "load_contract"),
        "wire.endpoint": ("ENDPOINTS", "Endpoint"),
        "wire.envelope": ("Envelope", "Response"),
        "wire.event": ("Event",),
        "finding": ("Finding",),
        "judge": ("judge_request", "judge_stream"),
        "judged_request": ("JudgedRequest",),
        "wire.jzb": ("JzbError",),
        "recordings.reading": ("read_recording",),
        "wire.region": ("REGIONS", "Region"),
        "report": ("Outcome", "Report", "as_json", "as_text", "conclude", "summarize"),
        "rules": ("RULES", "Rule"),
        "verdict": ("Verdict", "Violation"),
    },
)
