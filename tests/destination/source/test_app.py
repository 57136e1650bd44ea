import gzip
import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import requests

from pendo_contracts.common.access_policy import SECURITY_HEADERS, AccessPolicy
from pendo_destination.source import TrackingApi
from pendo_destination.source.tracking_call import BATCH_LIMIT, KINDS, MESSAGE_LIMIT

TRACK = {"userId": "u1", "anonymousId": "a1", "event": "Signed Up", "properties": {"plan": "pro"}}
IDENTIFY = {"userId": "u1", "anonymousId": "a1", "traits": {"plan": "pro"}}
GROUP = {"userId": "u1", "anonymousId": "a1", "groupId": "g1", "traits": {"seats": 5}}
BODIES = {"track": TRACK, "identify": IDENTIFY, "group": GROUP}


def batch(*events):
    return {"batch": list(events)}


def pad_event(event, size):
    """Return an event as compact JSON of exactly `size` bytes."""
    padding = size - len(json.dumps(event | {"pad": ""}, separators=(",", ":")))
    return json.dumps(event | {"pad": "x" * padding}, separators=(",", ":")).encode()


@pytest.mark.parametrize("length", [1, None], ids=["letters", "words"])
def test_calls_are_accepted_by_word_and_by_letter(post, pendo, counts, length):
    names = ["identify", "group", "track", "page", "screen", "alias"]
    answers = [post(name[:length], BODIES.get(name, IDENTIFY)) for name in names]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"success": True})] * len(names)
    pendo.wait(type="track", name="Signed Up", visitor_id="u1", account_id="g1")
    assert (counts()["received"], counts()["performed"]) == (len(names), 3)
    pendo.assert_kept()


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind == "batch"])
def test_batch_is_delivered_in_order(post, pendo, name):
    events = [IDENTIFY | {"type": "identify"}, *(TRACK | {"type": "track", "event": f"E{n}"} for n in range(5))]
    assert post(name, batch(*events)).json() == {"success": True}
    pendo.wait(5, type="track", visitor_id="u1")
    assert [event.value["track_event_name"] for event in pendo.events(type="track")] == [f"E{n}" for n in range(5)]


@pytest.mark.parametrize(
    ("auth", "body", "headers"),
    [
        (("W", ""), {}, {}),
        (None, {"writeKey": "W"}, {}),
        (None, {"writeKey": "W"}, {"Authorization": "Bearer token"}),
        (None, {"writeKey": "W"}, {"Content-Type": "text/plain"}),
        (("W", ""), {"writeKey": "other"}, {"Content-Type": "application/x-www-form-urlencoded"}),
    ],
    ids=["basic", "body", "bearer and body", "text like the browser library", "form like curl"],
)
def test_write_key_is_read_from_authentication_or_body(post, pendo, auth, body, headers):
    assert post("track", TRACK | body, auth, **headers).status_code == 200
    pendo.wait(type="track")


@pytest.mark.parametrize("auth", [("X", ""), None], ids=["unknown", "none"])
def test_unknown_write_key_is_rejected(post, counts, auth):
    answer = post("track", TRACK, auth)
    assert answer.status_code == 401
    assert "no source with the write key" in answer.json()["message"]
    assert (answer.json()["success"], answer.json()["code"]) == (False, "invalid_write_key")
    assert counts()["received"] == 0


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("track", b"{", "invalid_json"),
        ("track", b"[]", "invalid_json"),
        ("track", b'{"a": NaN}', "invalid_json"),
        ("track", b"\xff", "invalid_json"),
        ("batch", b'{"batch": {}}', "invalid_request"),
        ("track", pad_event(TRACK, MESSAGE_LIMIT + 1), "payload_too_large"),
        ("batch", b'{"batch": [%s]}' % pad_event(TRACK, MESSAGE_LIMIT + 1), "payload_too_large"),
        ("batch", b'{"batch": []}' + b" " * (BATCH_LIMIT - 12), "payload_too_large"),
        ("batch", b" " * (20 * BATCH_LIMIT), "payload_too_large"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_unreadable_or_too_large_body_is_a_bad_request(post, counts, name, body, code):
    answer = post(name, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert counts()["received"] == 0


def test_bodies_at_the_size_limit_are_accepted(post, counts):
    assert post("page", pad_event(TRACK, MESSAGE_LIMIT)).status_code == 200
    batch_body = b'{"batch": [%s]}' % pad_event(TRACK | {"type": "page"}, MESSAGE_LIMIT)
    assert post("batch", batch_body.ljust(BATCH_LIMIT)).status_code == 200
    assert (counts()["received"], counts()["rejected"]) == (2, {})


def test_gzip_body_is_decompressed(post, pendo):
    body = gzip.compress(json.dumps(TRACK).encode())
    assert post("track", body, **{"Content-Encoding": "gzip"}).status_code == 200
    pendo.wait(type="track")


@pytest.mark.parametrize(
    ("encoding", "body", "code"),
    [
        ("gzip", gzip.compress(b" " * (64 * 1024 * 1024)), "payload_too_large"),
        ("gzip", gzip.compress(b"{}")[:-4], "invalid_encoding"),
        ("gzip", b"{}", "invalid_encoding"),
        ("br", b"{}", "invalid_encoding"),
    ],
    ids=["bomb", "truncated", "not gzip", "brotli"],
)
def test_invalid_encoding_is_a_bad_request(post, encoding, body, code):
    answer = post("batch", body, **{"Content-Encoding": encoding})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"type": "track", "event": "E"}, "`userId` or `anonymousId` is required"),
        ({"type": "track", "userId": "u"}, "a track event needs an `event`"),
        ({"type": "play", "userId": "u"}, "`type` must be one of"),
        ("track", "not a JSON object"),
        ({"type": "group", "anonymousId": "a", "groupId": "g"}, "is required"),
    ],
)
def test_invalid_event_is_acknowledged_and_counted_with_its_reason(post, pendo, counts, event, reason):
    valid_event = TRACK | {"type": "track"}
    assert post("batch", batch(event, valid_event)).status_code == 200
    pendo.wait(type="track", name="Signed Up")
    ((rejected, count),) = counts()["rejected"].items()
    assert reason in rejected
    assert count == 1


def test_duplicate_event_is_delivered_once(post, pendo, counts):
    event = TRACK | {"type": "track", "messageId": "m1"}
    assert post("batch", batch(event, event)).status_code == 200
    assert post("track", event).status_code == 200
    assert post("track", TRACK | {"event": "Last"}).status_code == 200
    pendo.wait(type="track", name="Last")
    assert [event.value["track_event_name"] for event in pendo.events(type="track")] == ["Signed Up", "Last"]
    assert (counts()["received"], counts()["duplicates"]) == (4, 2)


def test_event_delivered_in_the_browser_is_not_sent_again(post, pendo, counts):
    for bundled in ({"bundled": ["Segment.io", "Pendo Web (actions)"]}, {"bundled": ["Segment.io"]}, {}, "none"):
        assert post("t", TRACK | {"_metadata": bundled}).status_code == 200
    pendo.wait(3, type="track")
    assert (counts()["bundled"], counts()["performed"]) == (1, 3)


def test_browsers_can_send_from_any_origin(api, post):
    headers = {"Access-Control-Request-Headers": "authorization,content-type", "Origin": "https://shop.example"}
    preflight = requests.options(f"{api.url}/v1/t", headers=headers, timeout=30)
    assert preflight.ok
    assert {"authorization", "content-type"} <= set(preflight.headers["Access-Control-Allow-Headers"].split(", "))
    for answer in (preflight, post("t", TRACK), post("t", b"{"), post("t", TRACK, None), post("nothing", TRACK)):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/m", "/nothing", "/", "/v1", "/v1/track/more", "/_source/nothing"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unknown_path_lists_the_valid_paths(api, path, method):
    answer = requests.request(method, api.url + path, timeout=30)
    assert answer.status_code == 404
    assert {"/v1/identify,", "/v1/batch,", "/v1/pixel/track,", "/_source/status,", "/openapi"} <= set(
        answer.json()["message"].split()
    )


@pytest.mark.parametrize("path", ["/v1/track", "//v1/track", "/v1//track", "/v1/track/", "/track", "/t/", "///t///"])
def test_base_url_may_lack_the_version_and_have_more_slashes(api, counts, path):
    # requests shortens double slashes at the start of a path
    connection = HTTPConnection(urlsplit(api.url).netloc, timeout=10)
    connection.request("POST", path, json.dumps(TRACK | {"writeKey": "W"}))
    assert connection.getresponse().status == 200
    assert counts()["received"] == 1


def test_method_is_checked(api):
    assert requests.get(f"{api.url}/v1/track", timeout=30).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Host": "127.0.0.1:evil.example"},
     {"Sec-Fetch-Site": "cross-site"}],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/_source/status", "//_source/status/", "/_source/nothing", "/_source"])
def test_own_pages_deny_access_to_other_sites(api, path, headers):
    for method in ("GET", "OPTIONS"):
        answer = requests.request(method, api.url + path, headers=headers, timeout=30)
        assert answer.status_code == 403
        assert "W" not in answer.json()
        assert not any(name.startswith("Access-Control") for name in answer.headers)


def test_own_pages_have_security_headers_and_no_cors(api):
    answer = requests.get(f"{api.url}/_source/status", timeout=30)
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert not any(name.startswith("Access-Control") for name in answer.headers)


def test_status_page_needs_the_token():
    with TrackingApi([], access_policy=AccessPolicy(token="right")) as api:
        for headers, status in (({}, 401), ({"Authorization": "Bearer right"}, 200)):
            assert requests.get(f"{api.url}/_source/status", headers=headers, timeout=30).status_code == status
