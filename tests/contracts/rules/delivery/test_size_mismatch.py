"""The parameter `s` must be the number of characters of the jzb in the body."""

import json

import pytest

from pendo_contracts.wire import jzb
from tests.contracts.rules.session_builder import KEY, TIME, beacon, broken_rules, event, guides, request

SENT = beacon(event(), post=True)
SIZE = SENT["url"].rpartition("=")[2]


def with_size(size, **members):
    return SENT | {"url": SENT["url"].removesuffix(SIZE) + str(size)} | members


@pytest.mark.parametrize("size", [0, int(SIZE) - 1, int(SIZE) + 1, len(SENT["body"]), "", f"0{SIZE}", "x", f"{SIZE}.0"])
def test_other_size_is_found(size):
    assert broken_rules(with_size(size)) == {"size-mismatch"}


def test_jzb_is_counted_not_the_body():
    jzb_only = json.loads(SENT["body"])
    assert broken_rules(SENT) == set()
    assert broken_rules(SENT | {"body": json.dumps(jzb_only | {"jwt": "x" * 99}, indent=3)}) == set()


def test_preflight_and_requests_without_a_body_are_not_judged():
    assert broken_rules(with_size(0, method="OPTIONS", body="")) == set()
    assert broken_rules(beacon(event()), guides() | {"url": guides()["url"] + "&s=3"}) == set()


@pytest.mark.parametrize(("more", "found"), [(0, set()), (1, {"size-mismatch"})])
def test_body_that_is_the_jzb_itself_is_counted(more, found):
    packed = jzb.encode([{"type": "prompt", "visitor_id": "ada", "account_id": "acme", "timestamp": TIME, "props": {}}])
    url = f"https://data.pendo.io/data/agenticsdk/{KEY}?v=1.0.0&ct={TIME}&s={len(packed) + more}"
    assert broken_rules(request("POST", url, packed)) == found
