"""Pipelines of published samples, connectors and scripts are answered with the rows that were sent."""

import pytest
import requests

from pendo_contracts.wire import jzb
from pendo_emulator.api_key_space import Space
from pendo_emulator.clock import RunSettings, clock_from
from pendo_emulator.server import Emulator
from tests.emulator.engage.api.conftest import EngageClient

DAY = 86_400_000
AT = 1_795_376_101_244
BROWSER = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"
PAGE = "https://app.example/home"
RANGE = {"period": "dayRange", "first": AT - 10 * DAY, "count": 20}

VISITORS = {"source": {"visitors": None}}
ACCOUNTS = {"source": {"accounts": None}}
TRACKS = {"source": {"trackEvents": None, "timeSeries": RANGE}}
EVENTS = {"source": {"events": {"appId": 'expandAppIds("*")'}, "timeSeries": RANGE}}
COUNT = {"count": None}


@pytest.fixture(scope="module")
def client():
    """Return a client of an API key with two known visitors, an anonymous one, a guide and a poll."""
    with Emulator(run=RunSettings(clock_from(AT + 3 * DAY))) as emulator:
        space = Space.fresh(emulator)
        data = space.host_url("data.pendo.io")

        def send(path, **members):
            event = {"type": "load", "browser_time": AT, "url": PAGE, "props": {}, "account_id": ""} | members
            query = {"jzb": jzb.encode([event])}
            url = f"{data}/data/{path}/{space.api_key}"
            assert requests.get(url, params=query, headers={"user-agent": BROWSER}, timeout=30).ok

        def track(visitor, at, **members):
            body = {"type": "track", "visitorId": visitor, "accountId": "a1", "timestamp": at} | members
            assert requests.post(
                f"{data}/data/track", json=body, headers={"x-pendo-integration-key": space.api_key}, timeout=30
            ).ok

        send("ptm.gif", visitor_id="v1", account_id="a1")
        send("ptm.gif", visitor_id="v2", account_id="a2", browser_time=AT + DAY)
        send("ptm.gif", visitor_id="_PENDO_T_x")
        visitor, account = {"id": "v1", "email": "ann@x.example", "age": 3}, {"id": "a1", "plan": "pro"}
        send("ptm.gif", type="meta", visitor_id="v1", account_id="a1", props={"visitor": visitor, "account": account})
        track("v1", AT, event="Signed Up")
        track("v2", AT + DAY, event="Order", properties={"total": 3})
        send("guide.gif", type="guideSeen", visitor_id="v1", props={"guide_id": "g1", "guide_step_id": "s1"})
        poll = {"guide_id": "g1", "poll_id": "p1", "poll_response": 9}
        send("poll.gif", type="pollResponse", visitor_id="v1", account_id="a1", props=poll)
        guide = {"id": "g1", "name": "Survey", "polls": [{"id": "p1"}, {"id": "p2"}]}
        definitions = {"pages": [{"id": "home", "name": "Home", "rules": ["//*/home"]}], "guides": [guide]}
        address = f"{emulator.url}/_emulator/keys/{space.api_key}/engage/definitions"
        assert requests.put(address, json=definitions, timeout=30).ok
        yield EngageClient(space.host_url("app.pendo.io"), space.integration_key)


def poll_of(poll, **columns):
    source = {"pollsSeenEver": {"guideId": "g1", "pollId": poll}}
    return [{"source": source}, {"identified": "visitorId"}, {"cat": None}, {"select": {"v": "visitorId", **columns}}]


ANSWERED = {
    "responses of two polls": (
        [{"spawn": [poll_of("p1", number="response"), poll_of("p2", text="response")]}, {"join": {"fields": ["v"]}}],
        [{"v": "v1", "number": 9}],
    ),
    "ids of polls": (
        [{"source": {"guides": None}}, {"select": {"a": "polls[0].id", "b": "polls[1].id", "c": "polls[2].id"}}],
        [{"a": "p1", "b": "p2", "c": None}],
    ),
    "share of promoters": (
        [
            {"source": {"pollsSeen": {"guideId": "g1"}, "timeSeries": RANGE}},
            {"eval": {"promoter": "if(pollResponse >= 9, 1, 0)"}},
            {"reduce": [{"share": {"avg": "promoter"}}, {"n": {"count": None}}]},
        ],
        [{"share": 1, "n": 1}],
    ),
    "monthly visitors": (
        [
            {"source": {"events": None, "timeSeries": {"period": "monthRange", "first": "now()", "count": 1}}},
            {"identified": "visitorId"},
            {"group": {"group": ["visitorId"]}},
            {"reduce": {"visitors": COUNT}},
        ],
        [{"visitors": 2}],
    ),
    "browsers": (
        [
            EVENTS,
            {"useragent": {"browser": "userAgent"}},
            {"group": {"group": ["browser.name", "browser.os"], "fields": [{"n": {"count": "visitorId"}}]}},
        ],
        [{"browser": {"name": "Chrome", "os": "Windows"}, "n": 3}],
    ),
    "metadata of visitors and accounts": (
        [
            TRACKS,
            {"bulkExpand": {"v": {"visitor": "visitorId"}, "a": {"account": "accountId"}}},
            {"select": {"mail": "v.agent.email", "plan": "a.agent.plan"}},
        ],
        [{"mail": "ann@x.example", "plan": "pro"}, {"mail": None, "plan": "pro"}],
    ),
    "names of track types by merge": (
        [
            TRACKS,
            {"merge": {"fields": ["trackTypeId"], "mappings": {"name": "name"}, "pipeline": [
                {"source": {"trackTypes": None}}, {"eval": {"trackTypeId": "id"}},
            ]}},
            {"select": {"name": "name"}},
        ],
        [{"name": "Signed Up"}, {"name": "Order"}],
    ),
    "names of pages by expand": (
        [
            {"source": {"pageEvents": {"pageIds": ["home", "other"]}, "timeSeries": RANGE}},
            {"expand": {"page": {"page": "pageId"}}},
            {"group": {"group": ["page.name"], "fields": {"loads": {"sum": "numEvents"}}}},
        ],
        [{"page": {"name": "Home"}, "loads": 3}],
    ),
    "loads of a page": (
        [{"source": {"pageEvents": {"pageId": "home"}, "timeSeries": RANGE}}, {"reduce": {"n": {"sum": "numEvents"}}}],
        [{"n": 3}],
    ),
    "guides seen": (
        [{"source": {"guidesSeenEver": {"guideId": "g1"}}}, {"select": {"v": "visitorId", "n": "seenCount"}}],
        [{"v": "v1", "n": 1}],
    ),
    "guide events with names": (
        [
            {"source": {"guideEvents": {"guideId": "g1"}, "timeSeries": RANGE}},
            {"expand": {"g": {"guide": "guideId"}}},
            {"select": {"guide": "g.name", "type": "type"}},
        ],
        [{"guide": "Survey", "type": "guideSeen"}],
    ),
    "metadata events": (
        [
            {"source": {"singleEvents": {"appId": -323232}, "timeSeries": RANGE, "metadata": {"visitor": True}}},
            {"filter": "contains(type, `meta`)"},
            {"unmarshal": {"sent": "title"}},
            {"select": {"mail": "sent.visitor.email"}},
        ],
        [{"mail": "ann@x.example"}],
    ),
    "anonymous visitors": (
        [VISITORS, {"identified": "!visitorId"}, {"select": {"v": "visitorId"}}],
        [{"v": "_PENDO_T_x"}],
    ),
    "accounts of visitors": (
        [VISITORS, {"unwind": {"field": "metadata.auto.accountids", "index": "i"}}, {"select": {"i": "i"}}],
        [{"i": 0}, {"i": 0}, {"i": 1}],
    ),
    "pages of visitors by skip": (
        [VISITORS, {"sort": ["-visitorId"]}, {"skip": 1}, {"limit": 1}, {"select": {"v": "visitorId"}}],
        [{"v": "v1"}],
    ),
    "classes": (
        [TRACKS, {"switch": {"class": {"numEvents": [{"value": "low", "<": 5}, {"value": "high", ">=": 5}]}}},
         {"group": {"group": ["class"]}}],
        [{"class": "low"}],
    ),
    "numeric texts as times": (
        [{"source": {"trackEvents": {"appId": ["-323232", "88"]}, "timeSeries": {
            "period": "hourRange", "first": str(AT), "last": str(AT)}}}, {"select": {"v": "visitorId", "day": "day"}}],
        [{"v": "v1", "day": None}],
    ),
    "arithmetic on times": (
        [{"source": {"events": None, "timeSeries": {"period": "dayRange", "first": "now() - 30 * 1000 * 60 *60 * 24",
                                                    "last": "now()"}}}, {"reduce": {"v": {"count": "visitorId"}}}],
        [{"v": 3}],
    ),
    "only excluded activity": (
        [{"source": {"events": {"blacklist": "only"}, "timeSeries": RANGE}}, COUNT],
        [{"count": 0}],
    ),
    "an unknown application": ([{"source": {"events": {"appId": 7}, "timeSeries": RANGE}}, COUNT], [{"count": 0}]),
    "a field that is missing": ([TRACKS, {"filter": 'eventName == "x"'}, COUNT], [{"count": 0}]),
    "use of a track type": (
        [VISITORS, {"itemSeen": {"use": {"pageId": "home"}}}, {"select": {"n": "use.count"}}],
        [{"n": 1}, {"n": 1}, {"n": 1}],
    ),
    "branches": (
        [ACCOUNTS, {"fork": [[{"filter": 'accountId == "a1"'}, {"select": {"a": "accountId"}}], [COUNT]]}],
        [{"a": "a1"}, {"count": 2}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERED)
def test_pipeline_gives_the_rows_that_were_sent(client, name):
    steps, rows = ANSWERED[name]
    body = {"response": {}, "request": {"pipeline": steps, "channelId": 1, "requestId": name}}
    answer = client.request("POST", "aggregation", json=body)
    assert (answer.status_code, answer.json()["results"]) == (200, rows), answer.headers.get("X-Emulator-Note")


REFUSED = {
    "the operator in": ([VISITORS, {"filter": 'visitorId in ["v1"]'}], "Cannot parse filter expression"),
    "single quotes": ([VISITORS, {"filter": "visitorId == 'v1'"}], "Cannot parse filter expression"),
    "an unknown function": ([VISITORS, {"eval": {"a": "date_add(now(), 1)"}}], "Cannot parse filter expression"),
    "an unknown operator": ([VISITORS, {"useSegment": {"id": "s"}}], "unknown operator 'useSegment'; did you mean"),
    "an aggregator without output": ([VISITORS, {"reduce": [{"count": "visitorId"}]}], "an output field is an object"),
    "product engagement": ([{"pes": {"appId": -323232}}], "not imitated"),
    "several periods": (
        [{"source": {"events": None, "timeSeries": {"period": "daily", "first": "now()", "count": -7}}}],
        "not imitated; use dayRange",
    ),
    "an unknown blacklist": ([{"source": {"events": {"blacklist": "no"}}}], "must be one of apply, ignore, only"),
    "a step that is null": ([VISITORS, None], "a step is an object"),
    "no source": ([{"limit": 1}], "the first step of a pipeline is source or spawn"),
    "an unknown segment": ([VISITORS, {"segment": {"id": "s"}}], "no segment has the id 's'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_pipeline_is_refused_with_the_reason_as_text(client, name):
    steps, text = REFUSED[name]
    answer = client.request("POST", "aggregation", json={"request": {"pipeline": steps}})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert text in answer.text
    assert answer.headers["X-Emulator-Note"].startswith("/request/pipeline/")
