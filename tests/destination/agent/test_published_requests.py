"""The requests of the published agent."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pendo_contracts.wire import jzb
from pendo_destination.conformance.agent import judge
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.utf16 import utf16_length

FIXTURES = Path(__file__).parents[3] / "fixtures"
CASES = json.loads((FIXTURES / "agent" / "cases.json").read_text("utf-8"))


@pytest.mark.parametrize("group", sorted({case["group"].partition("-")[0] for case in CASES}))
def test_requests_equal_those_of_the_real_agent(group):
    cases = [case for case in CASES if case["group"].partition("-")[0] == group]
    assert [difference for case in cases if (difference := judge(case))] == []


def captured_events():
    for file in sorted((FIXTURES / "captures").glob("*.ndjson")):
        for line in file.read_text("utf-8").splitlines():
            request = json.loads(line)
            if "/ptm.gif/" in request["url"] and request["method"] != "OPTIONS":
                body = json.loads(request["body"] or "{}")
                packed = body.get("events") or parse_qs(urlsplit(request["url"]).query)["jzb"][0]
                yield from jzb.decode(packed)


def test_size_of_captured_events_equals_our_size():
    events = list(captured_events())
    stated = [event.pop("bytes") for event in events]
    assert [utf16_length(stringify(event)) for event in events] == stated
    assert len(stated) > 100
