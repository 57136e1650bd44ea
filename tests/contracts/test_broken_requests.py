"""Requests of careless senders: each breaks the one rule it says, and none breaks the judge."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pendo_contracts.beacon import from_envelope
from pendo_contracts.envelope import Envelope
from pendo_contracts.judge import judge
from pendo_contracts.recordings.reading import read_recording
from pendo_contracts.region import REGIONS, locate

FILE = Path(__file__).parents[2] / "fixtures" / "broken" / "requests.ndjson"
LINES: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def broken_rules(envelope: Envelope) -> list[dict[str, str]]:
    violations = (violation for verdict in judge(from_envelope(envelope)) for violation in verdict.violations)
    return [
        {"contract": violation.contract, "keyword": violation.rule.rpartition("/")[2], "pointer": violation.pointer}
        for violation in violations
    ]


def test_every_request_breaks_the_rule_it_says_and_no_other() -> None:
    envelopes = [recorded.envelope for recorded in read_recording(FILE)]
    found = {
        line["because"]: envelope and broken_rules(envelope) for line, envelope in zip(LINES, envelopes, strict=True)
    }
    assert found == {line["because"]: [line["breaks"]] for line in LINES}
    assert len(found) == len(LINES) >= 20


def test_every_reason_is_a_sentence() -> None:
    assert [line["because"] for line in LINES if not line["because"].endswith(".")] == []


def test_requests_go_to_every_region_a_cname_and_a_host_pendo_does_not_have() -> None:
    assert {locate(urlsplit(line["url"]).netloc).name for line in LINES} == {*REGIONS, "cname", "unlisted"}


def test_no_request_shows_a_real_key() -> None:
    assert [line["url"] for line in LINES if "/BROKEN-KEY" not in line["url"]] == []
