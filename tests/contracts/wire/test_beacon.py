import json
import zlib

import pytest

from pendo_contracts.judge import judge_request
from pendo_contracts.wire import jzb
from pendo_contracts.wire.beacon import BODY_LIMIT, KEY_LIMIT, from_envelope
from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.jzb import CONTAINER_LIMIT, DECIMAL_LIMIT, DEPTH_LIMIT, VALUE_LIMIT

EVENTS = [{"type": "load"}, {"type": "track"}]
PTM = "https://data.eu.pendo.io/data/ptm.gif/key-1"


def envelope(method="GET", url=PTM, body=b"", **headers):
    return Envelope(method, url, headers, body, 0)


def rules(beacon):
    return [fault.rule for fault in beacon.decode_errors]


def test_get_carries_events_in_the_query():
    beacon = from_envelope(envelope(url=f"{PTM}?v=1_prod&ct=5&jzb={jzb.encode(EVENTS)}"))
    assert (beacon.endpoint.name, beacon.api_key, beacon.place.name) == ("ptm.gif", "key-1", "eu")
    assert [event.type for event in beacon.events] == ["load", "track"]


def test_post_carries_events_in_the_body_with_any_content_type():
    body = json.dumps({"events": jzb.encode(EVENTS)}).encode()
    beacon = from_envelope(envelope("POST", body=body, **{"content-type": "text/plain"}))
    assert [event.value for event in beacon.events] == EVENTS


def test_object_payload_is_one_event_named_after_its_endpoint():
    url = f"https://data.pendo.io/data/guide.json/k?jzb={jzb.encode({'visitorId': 'v'})}"
    assert [event.type for event in from_envelope(envelope(url=url)).events] == ["guide.json"]


def test_event_of_unknown_type_is_kept_without_contract():
    beacon = from_envelope(envelope(url=f"{PTM}?jzb={jzb.encode([{'type': 'lod'}, 5])}"))
    assert [(event.type, event.contract) for event in beacon.events] == [("lod", None), ("ptm.gif", None)]


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        (envelope(url="https://data.pendo.io/data/nothing/here"), "path"),
        (envelope("PUT"), "method"),
        (envelope("POST", body=b"\xff"), "utf8"),
        (envelope("POST", body=b"{"), "json"),
        (envelope(url=PTM + "?jzb=eJw"), "truncated"),
        (envelope("POST", body=b" " * (BODY_LIMIT + 1)), "body-size"),
        (envelope("POST", body=b"{}", **{"content-length": "9"}), "body-cut"),
        (envelope("OPTIONS", body=b" " * (BODY_LIMIT + 1)), "body-size"),
        (envelope(url=PTM + "k" * KEY_LIMIT), "key"),
        (envelope(url=PTM + "%00"), "key"),
        (envelope("POST", "https://data.pendo.io/data/errorlog?apiKey=a%0Ab"), "key"),
    ],
)
def test_unreadable_request_becomes_a_decode_error_with_a_fix(sent, rule):
    beacon = from_envelope(sent)
    assert rules(beacon) == [rule]
    assert beacon.decode_errors[0].fix


@pytest.mark.parametrize(
    "document",
    [
        "0," * VALUE_LIMIT + "0",
        "{}," * CONTAINER_LIMIT + "{}",
        "0.5," * DECIMAL_LIMIT + "0.5",
        '{"childNodes":[' * (DEPTH_LIMIT // 2) + "]}" * (DEPTH_LIMIT // 2),
    ],
    ids=["values", "containers", "decimals", "depth"],
)
def test_replay_with_too_many_or_too_deep_values_is_not_judged(document):
    body = zlib.compress(f'{{"type":"recording","recordingPayload":[{document}]}}'.encode())
    url = "https://data.pendo.io/data/rec/k?v=2.291.4_prod&ct=1&recordingId=r"
    request = judge_request(envelope("POST", url, body))
    assert (request.good, request.beacon.decode_errors, request.beacon.api_key) == (True, (), "k")
    assert "the replay is too large to judge: the JSON " in request.not_judged
    events = jzb.pack(f"[{document}]")
    other = judge_request(envelope("POST", PTM, json.dumps({"events": events}).encode()))
    assert (other.good, other.not_judged) == (False, "")


def test_other_fields_survive_a_decode_error():
    beacon = from_envelope(envelope(url=f"{PTM}?v=2_prod&jzb=@"))
    assert (beacon.api_key, beacon.query["v"], rules(beacon)) == ("key-1", "2_prod", ["alphabet"])


def test_api_key_is_percent_decoded():
    assert from_envelope(envelope(url="https://data.pendo.io/data/guide.gif/a%2Fb")).api_key == "a/b"


def test_preflight_needs_no_payload():
    beacon = from_envelope(envelope("OPTIONS"))
    assert beacon.preflight
    assert not beacon.decode_errors
