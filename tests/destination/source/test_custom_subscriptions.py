"""The calls of custom subscriptions for an event of a page."""

import json

import pytest

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.errors import DestinationError
from pendo_destination.runtime.configuration import Configuration
from pendo_destination.runtime.definition import Subscription
from pendo_destination.source.custom_subscriptions import answer

PAID = Subscription("track", "Paid", 'type = "track" and properties.price > 0',
                    {"event": {"@template": "Paid: {{event}}"}})  # fmt: skip
IDENTIFY = Subscription("identify", "Identify", 'type = "track"', {"visitorId": {"@path": "$.missing"}})
FAILING = Subscription("track", "Failing", 'type = "track"', {"event": {"@no": 1}})
OFF = Subscription("track", "Off", 'type = "track"', {"event": "E"}, enabled=False)
CONFIGURATION = Configuration(
    {"apiKey": "k", "region": "https://cdn.pendo.io"}, (PAID, IDENTIFY, FAILING, OFF, *PENDO_WEB.presets)
)
TRACK = {"type": "track", "event": "Order", "properties": {"price": 5}}


def ask(*indices, event=TRACK, **request):
    return json.loads(answer(CONFIGURATION, json.dumps({"subscriptions": indices, "event": event, **request}).encode()))


def test_matching_event_is_mapped():
    assert ask(0) == [{"calls": [{"method": "track", "args": ["Paid: Order", None], "undefined": [[1]]}]}]


def test_event_that_does_not_match_makes_no_call():
    assert ask(0, 3, event=TRACK | {"properties": {"price": 0}}) == [{"calls": []}, {"calls": []}]


def test_undefined_members_are_listed_and_the_group_is_used():
    (result,) = ask(1, group="g1")
    (call,) = result["calls"]
    assert call == {
        "method": "identify", "args": [{"visitor": {}, "account": {"id": "g1"}}], "undefined": [[0, "visitor", "id"]]
    }  # fmt: skip


def test_failed_mapping_is_an_error_of_its_own_subscription():
    failed, matched = ask(2, 0)
    assert "@no" in failed["error"]
    assert (failed["calls"], len(matched["calls"])) == ([], 1)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"subscriptions": [99], "event": {}}', b'{"subscriptions": [-1], "event": {}}',
     b'{"subscriptions": [true], "event": {}}', b'{"subscriptions": [0], "event": []}',
     b'{"subscriptions": 0, "event": {}}',
     b'{"subscriptions": [0,0,0,0,0,0,0,0], "event": {}}', b'{"subscriptions": ["0"], "event": {}}'],
)  # fmt: skip
def test_malformed_request_is_an_error(body):
    with pytest.raises(DestinationError):
        answer(CONFIGURATION, body)
