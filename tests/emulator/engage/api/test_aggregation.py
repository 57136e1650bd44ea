"""Aggregations answer from what the emulator received."""

import json

import pytest
import requests

from pendo_emulator.api_key_space import Space
from pendo_emulator.clock import RunSettings, clock_from
from pendo_emulator.engage.sources.definitions import track_type_id
from pendo_emulator.server import Emulator
from tests.emulator.engage.api.conftest import EngageClient

DAY = 86_400_000
AT = 1_795_376_101_244
RANGE = {"period": "dayRange", "first": AT, "count": 1}


@pytest.fixture
def track(pendo):
    """Return a function that sends a track event by /data/track."""

    def post(event="Signed Up", visitor="v1", account="a1", at=AT, **members):
        body = {"type": "track", "event": event, "visitorId": visitor, "accountId": account, "timestamp": at} | members
        address = f"{pendo.host_url('data.pendo.io')}/data/track"
        answer = requests.post(address, json=body, headers={"x-pendo-integration-key": pendo.api_key}, timeout=30)
        assert answer.status_code == 200

    return post


def test_now_is_the_time_of_the_clock_of_the_emulator():
    with Emulator(run=RunSettings(clock_from(AT))) as emulator:
        space = Space.fresh(emulator)
        engage = EngageClient(space.host_url("app.pendo.io"), space.integration_key)
        body = {"type": "track", "event": "e", "visitorId": "v", "accountId": "a", "timestamp": AT}
        headers = {"x-pendo-integration-key": space.api_key}
        requests.post(f"{space.host_url('data.pendo.io')}/data/track", json=body, headers=headers, timeout=30)
        assert len(engage.rows("trackEvents", time_series=RANGE | {"first": "now()"})) == 1
        assert engage.rows("trackEvents", {"eval": {"age": "now() - lastTime"}}, time_series=RANGE)[0]["age"] < DAY


def test_visitor_row_has_id_and_metadata(send, engage):
    send(visitor_id="v1", account_id="a1")
    (row,) = engage.rows("visitors")
    assert (row["visitorId"], row["metadata"]["auto"]["accountids"]) == ("v1", ["a1"])
    assert row["metadata"]["auto__323232"]["firstvisit"] == AT
    assert [row["accountId"] for row in engage.rows("accounts")] == ["a1"]


def test_equal_events_of_a_day_are_one_row_with_counts(send, engage):
    for minutes in (0, 0, 1, 90):
        send(visitor_id="v1", account_id="a1", browser_time=AT + minutes * 60_000)
    (row,) = engage.rows("events", time_series=RANGE)
    assert (row["numEvents"], row["numMinutes"], row["firstTime"], row["lastTime"]) == (4, 3, AT, AT + 90 * 60_000)
    assert (row["server"], row["pageId"], row["appId"], row["day"]) == (
        "app.example",
        "allevents",
        -323232,
        AT - AT % DAY,
    )
    assert "hour" not in row


def test_hours_are_rows_without_day(send, engage):
    for minutes in (0, 1, 90):
        send(visitor_id="v1", browser_time=AT + minutes * 60_000)
    rows = engage.rows("events", {"sort": ["hour"]}, time_series={"period": "hourRange", "first": AT, "count": 5})
    assert [(row["hour"], row["numEvents"]) for row in rows] == [
        (AT - AT % 3_600_000, 2),
        (AT - AT % 3_600_000 + 7_200_000, 1),
    ]
    assert "day" not in rows[0]


@pytest.mark.parametrize("period", ["week", "month"])
def test_longer_periods_merge_the_rows_of_days(send, engage, period):
    for days in (0, 1):
        send(visitor_id="v1", browser_time=AT + days * DAY)
    (row,) = engage.rows("events", time_series={"period": f"{period}Range", "first": AT, "count": 1})
    assert (row["numEvents"], row["numMinutes"], row["day"]) == (2, 2, row[period])


def test_time_range_selects_whole_periods(send, engage):
    for days in range(4):
        send(visitor_id="v1", browser_time=AT + days * DAY)
    rows = engage.rows("events", time_series={"period": "dayRange", "first": AT + DAY, "last": AT + 2 * DAY})
    assert [row["day"] - (AT - AT % DAY) for row in rows] == [DAY, 2 * DAY]


def test_track_events_have_type_properties_and_the_server_of_servers(track, engage):
    track(properties={"plan": "pro", "seats": 5}, context={"ip": "203.0.113.7", "userAgent": "curl/8"})
    (row,) = engage.rows("trackEvents", time_series=RANGE)
    assert row["trackTypeId"] == track_type_id("Signed Up")
    assert row["properties"] == {"plan": "pro", "seats": 5}
    assert (row["server"], row["remoteIp"], row["userAgent"]) == ("__apitrackevent__", "203.0.113.7", "curl/8")
    (kind,) = engage.rows("trackTypes")
    assert (kind["id"], kind["name"], kind["eventPropertyNameList"]) == (
        row["trackTypeId"],
        "Signed Up",
        ["plan", "seats"],
    )
    assert engage.rows("events", time_series=RANGE) == []
    assert engage.rows({"trackEvents": {"trackTypeId": "other"}}, time_series=RANGE) == []


def test_event_counts_as_often_as_it_is_sent_by_agent_webhook_and_server(pendo, send, track, engage):
    pendo.subscribe(segment_track=True)
    send(visitor_id="v1", account_id="a1", type="track", props={"plan": "pro"}, track_event_name="Signed Up")
    track(properties={"plan": "pro"})
    webhook = {"type": "track", "userId": "v1", "groupId": "a1", "event": "Signed Up", "properties": {"plan": "pro"}}
    address = f"{pendo.host_url('data.pendo.io')}/data/segmentio/{pendo.api_key}"
    requests.post(address, json=webhook | {"timestamp": "2026-11-22T20:15:01.244Z"}, timeout=30)
    rows = engage.rows("trackEvents")
    assert sum(row["numEvents"] for row in rows) == 3
    assert {row["trackTypeId"] for row in rows} == {track_type_id("Signed Up")}
    assert len(engage.rows("trackTypes")) == 1


def test_definitions_apply_to_events_that_arrived_before(pendo, send, engage):
    target = {
        "tag": "SPAN",
        "id": "",
        "cls": "",
        "attrs": {},
        "parentElem": {"tag": "BUTTON", "id": "save", "cls": "b", "attrs": {}},
    }
    for path in ("users/1", "users/2?x=1", "pricing"):
        send(visitor_id="v1", url=f"https://app.example/{path}")
    send(
        visitor_id="v1", type="click", props={"target": target | {"flags": ["left"]}}, url="https://app.example/users/1"
    )
    body = {
        "pages": [{"name": "User", "id": "p1", "rules": ["//*/users/*"]}],
        "features": [{"name": "Save", "id": "f1", "selectors": ["button#save"]}, {"name": "No", "selectors": [".no"]}],
    }
    address = f"{pendo.emulator.control_url}/keys/{pendo.api_key}/engage/definitions"
    assert requests.put(address, json=body, timeout=30).status_code == 200
    (page,) = engage.rows("pageEvents", time_series=RANGE)
    assert (page["pageId"], page["numEvents"], page["numMinutes"], page["parameters"]) == ("p1", 2, 1, {})
    (feature,) = engage.rows("featureEvents", time_series=RANGE)
    assert (feature["featureId"], feature["numEvents"]) == ("f1", 1)
    assert [page["id"] for page in engage.rows("pages")] == ["p1"]


def test_wrong_expression_is_answered_400_with_pendos_text(engage):
    body = {"request": {"pipeline": [{"source": {"visitors": None}}, {"filter": "a in [1]"}]}}
    answer = engage.request("POST", "aggregation", json=body)
    assert (answer.status_code, answer.text) == (400, "Cannot parse filter expression")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "/request/pipeline/1/filter" in answer.headers["X-Emulator-Note"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"requests": []}', b'{"request": {"pipeline": [{"limit": 1}]}}'])
def test_wrong_document_is_answered_400_as_text(engage, body):
    answer = engage.request("POST", "aggregation", data=body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")


def test_answer_can_be_csv(track, engage):
    track()
    pipeline = [{"source": {"trackEvents": None}}, {"select": {"who": "visitorId", "n": "numEvents"}}]
    body = {"response": {"mimeType": "text/csv"}, "request": {"pipeline": pipeline}}
    assert engage.request("POST", "aggregation", json=body).text.split() == ["who,n", "v1,1"]


def test_details_say_how_far_the_events_of_the_app_are(engage):
    body = {"request": {"pipeline": [{"source": {"events": None, "timeSeries": RANGE}}]}}
    assert "-323232" in engage.request("POST", "aggregation?details=true", json=body).json()["details"]["validThrough"]


def test_guide_and_poll_events_are_single_rows(pendo, engage, beacon_path):
    props = {"guide_id": "g1", "guide_step_id": "s1", "duration": 10}
    guide = {"type": "guideSeen", "props": props, "bytes": None}
    poll = {"type": "pollResponse", "props": props | {"poll_id": "p1", "poll_response": 9}, "bytes": None}
    for endpoint, event in (("guide.gif", guide), ("poll.gif", poll), ("poll.gif", poll)):
        path = beacon_path(pendo.api_key, visitor_id="v1", account_id="a1", **event).replace("ptm.gif", endpoint)
        requests.get(pendo.host_url("data.pendo.io") + path, timeout=30)
    (row,) = engage.rows("guideEvents", time_series=RANGE)
    assert (row["guideId"], row["type"], row["guideTimestamp"]) == ("g1", "guideSeen", AT)
    assert [row["pollResponse"] for row in engage.rows("pollEvents", time_series=RANGE)] == [9, 9]
    assert [row["pollResponse"] for row in engage.rows("pollsSeenEver")] == [9]
    assert [(row["guideId"], row["seenCount"]) for row in engage.rows("guidesSeenEver")] == [("g1", 1)]


def test_single_events_have_metadata_as_text(send, engage):
    send(visitor_id="v1", type="meta", props={"visitor": {"id": "v1", "plan": "pro"}})
    (row,) = engage.rows("singleEvents", time_series=RANGE)
    assert (row["type"], json.loads(row["title"])) == ("meta", {"visitor": {"id": "v1", "plan": "pro"}})


class TestSettings:
    def test_time_zone_decides_where_days_begin(self, pendo, send, engage):
        send(visitor_id="v1", browser_time=1_795_386_600_000)  # 2026-11-22T22:30Z
        utc = {"period": "dayRange", "first": 1_795_386_600_000, "count": 1}
        assert engage.rows("events", time_series=utc)[0]["day"] == 1_795_305_600_000
        pendo.subscribe(engage={"time_zone": "Europe/Warsaw"})
        assert engage.rows("events", time_series=utc)[0]["day"] == 1_795_302_000_000

    def test_ids_can_be_written_in_lower_case(self, pendo, send, engage):
        pendo.subscribe(engage={"lower_case_ids": True})
        send(visitor_id="V1")
        send(visitor_id="v1")
        assert [row["visitorId"] for row in engage.rows("visitors")] == ["v1"]
        assert [row["numEvents"] for row in engage.rows("events")] == [2]

    def test_anonymous_visitors_can_be_merged(self, pendo, send, engage):
        send(visitor_id="_PENDO_T_1")
        send(visitor_id="v1", type="identify", props={"old_visitor_id": "_PENDO_T_1"})
        assert {row["visitorId"] for row in engage.rows("events")} == {"_PENDO_T_1", "v1"}
        pendo.subscribe(engage={"merge_anonymous_visitors": True})
        assert [(row["visitorId"], row["numEvents"]) for row in engage.rows("events")] == [("v1", 2)]
        assert [row["visitorId"] for row in engage.rows("visitors")] == ["v1"]

    def test_track_events_can_count_as_activity(self, pendo, track, engage):
        pendo.subscribe(engage={"track_events_as_activity": True})
        track()
        assert [row["server"] for row in engage.rows("events")] == ["__apitrackevent__"]

    def test_parents_are_listed_only_without_parent_accounts(self, pendo, send, engage):
        send(visitor_id="v1", account_id="p::a")
        send(visitor_id="v1", account_id="p")
        assert [row["accountId"] for row in engage.rows("accounts")] == ["p", "p::a"]
        pendo.subscribe(engage={"parent_accounts": True})
        assert [row["accountId"] for row in engage.rows("accounts")] == ["p::a"]

    def test_undefined_fields_can_be_blocked(self, pendo, send, engage):
        send(visitor_id="v1", type="meta", props={"visitor": {"id": "v1", "plan": "pro", "secret": "x"}})
        pendo.subscribe(engage={"block_undefined_fields": True})
        engage.request("POST", "metadata/schema/visitor/agent", json=[{"name": "plan", "type": "string"}])
        assert engage.rows("visitors")[0]["metadata"]["agent"] == {"plan": "pro"}

    def test_events_can_become_visible_later(self, pendo, track, engage):
        pendo.subscribe(engage={"visible_after": 1e12})
        track()
        assert engage.rows("trackEvents") == []


@pytest.mark.parametrize("name", ["segments", "reports", "nothing"])
def test_unknown_source_is_refused_with_the_known_names(engage, name):
    answer = engage.request("POST", "aggregation", json={"request": {"pipeline": [{"source": {name: None}}]}})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert f"unknown source '{name}'" in answer.text


def test_events_need_a_time_series_only_where_the_settings_say_so(pendo, engage, send):
    send(visitor_id="v1")
    assert len(engage.rows("events")) == 1
    pendo.subscribe(engage={"strict_time_series": True})
    body = {"request": {"pipeline": [{"source": {"events": None}}]}}
    assert engage.request("POST", "aggregation", json=body).status_code == 400
    assert len(engage.rows("events", time_series=RANGE)) == len(engage.rows("visitors")) == 1


def test_anonymous_id_without_events_is_no_visitor(pendo, engage, send):
    call = {"type": "identify", "userId": "v1", "anonymousId": "x", "traits": {"role": "buyer"}, "messageId": "m"}
    requests.post(f"{pendo.host_url('data.pendo.io')}/data/segmentio/{pendo.api_key}", json=call, timeout=30)
    assert [row["visitorId"] for row in engage.rows("visitors")] == ["v1"]
    assert engage.get("visitor/_PENDO_T_x").status_code == 404
    assert engage.get("metadata/visitor/auto/value/_PENDO_T_x/id").json() == "_PENDO_T_x"
    send(visitor_id="_PENDO_T_x")
    assert [row["visitorId"] for row in engage.rows("visitors")] == ["_PENDO_T_x", "v1"]
    pendo.subscribe(engage={"merge_anonymous_visitors": True})
    assert [row["visitorId"] for row in engage.rows("visitors")] == ["v1"]
