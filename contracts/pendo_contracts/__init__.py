"""The contracts of the traffic between Segment and Pendo: regions, beacons, schemas, rules, verdicts and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_contracts.common.lazy_names import lazy_names as _lazy_names

if TYPE_CHECKING:
    from pendo_contracts.checking.check import Check, check_requests
    from pendo_contracts.checking.recording_check import check_recordings
    from pendo_contracts.contract import BrokenDocumentError, Contract, load_contract
    from pendo_contracts.finding import Finding
    from pendo_contracts.judge import judge_request
    from pendo_contracts.judged_request import JudgedRequest
    from pendo_contracts.recordings.reading import read_recording
    from pendo_contracts.report import Outcome, Report, as_json, as_text, conclude
    from pendo_contracts.rules.catalogue import RULES
    from pendo_contracts.rules.rule_base import Rule
    from pendo_contracts.rules.rule_settings import RuleSettings
    from pendo_contracts.rules.settings_file import load_rule_settings
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
    "Check",
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
    "RuleSettings",
    "Verdict",
    "Violation",
    "as_json",
    "as_text",
    "check_recordings",
    "check_requests",
    "conclude",
    "from_envelope",
    "judge_request",
    "load_contract",
    "load_rule_settings",
    "read_recording",
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
        "judge": ("judge_request",),
        "checking.check": ("Check", "check_requests"),
        "checking.recording_check": ("check_recordings",),
        "judged_request": ("JudgedRequest",),
        "wire.jzb": ("JzbError",),
        "recordings.reading": ("read_recording",),
        "wire.region": ("REGIONS", "Region"),
        "report": ("Outcome", "Report", "as_json", "as_text", "conclude"),
        "rules.catalogue": ("RULES",),
        "rules.rule_base": ("Rule",),
        "rules.rule_settings": ("RuleSettings",),
        "rules.settings_file": ("load_rule_settings",),
        "verdict": ("Verdict", "Violation"),
    },
)
