"""Requests with mistakes: each request breaks exactly its stated rule, and the judge raises for no request."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pendo_contracts.judge import judge
from pendo_contracts.recordings.reading import read_recording
from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.region import REGIONS, locate

FILE = Path(__file__).parents[2] / "fixtures" / "broken" / "requests.ndjson"
LINES: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def broken_rules(envelope: Envelope) -> list[dict[str, str]]:
    violations = (violation for verdict in judge(from_envelope(envelope)) for violation in verdict.violations)
    return [
        {"contract": violation.contract, "keyword": violation.rule.rpartition("/")[2], "pointer": violation.pointer}
        for violation in violations
    ]


def test_each_request_breaks_exactly_its_stated_rule() -> None:
    envelopes = [recorded.envelope for recorded in read_recording(FILE)]
    found = {
        line["because"]: envelope and broken_rules(envelope) for line, envelope in zip(LINES, envelopes, strict=True)
    }
    assert found == {line["because"]: [line["breaks"]] for line in LINES}
    assert len(found) == len(LINES) >= 20


def test_each_reason_is_a_sentence() -> None:
    assert [line["because"] for line in LINES if not line["because"].endswith(".")] == []


def test_requests_cover_all_regions_a_cname_and_an_unknown_host() -> None:
    assert {locate(urlsplit(line["url"]).netloc).name for line in LINES} == {*REGIONS, "cname", "unlisted"}


def test_requests_contain_no_real_api_key() -> None:
    assert [line["url"] for line in LINES if "/BROKEN-KEY" not in line["url"]] == []
