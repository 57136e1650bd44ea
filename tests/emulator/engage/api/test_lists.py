"""Lists of definitions, single visitors and accounts, and their histories."""

import pytest
import requests

from pendo_contracts.wire import jzb
from tests.emulator.recorder.sample_requests import LOAD, TRACK

NOON = 1795780800000
HOUR = 3_600_000


@pytest.fixture
def send(pendo):
    """Return a function that sends events as the agent does."""

    def send(*events):
        url = pendo.host_url("data.pendo.io") + f"/data/ptm.gif/{pendo.api_key}"
        assert requests.get(url, params={"jzb": jzb.encode(list(events))}, timeout=30).status_code == 200

    return send


@pytest.fixture
def put(pendo):
    """Return a function that puts a document into the set-up."""
    return lambda kind, **document: pendo.emulator.recorder.engage_objects.put(
        pendo.api_key, kind, document["id"], document, "set-up"
    )


@pytest.mark.parametrize("kind", ["page", "feature", "guide", "report", "segment", "tracktype"])
def test_lists_are_empty_at_first(engage, kind):
    assert engage.get(kind).json() == engage.get(kind, params={"expand": "*"}).json() == []


@pytest.mark.parametrize("kind", ["page", "feature", "guide", "report", "segment"])
def test_lists_are_restricted_by_id_and_app(engage, put, kind):
    for id_, app in (("a", -323232), ("b", -323232), ("c", 7)):
        put(kind, id=id_, appId=app)

    def ids(**query):
        return [one["id"] for one in engage.get(kind, params=query).json()]

    assert (ids(), ids(expand="*"), ids(id="a,c,x"), ids(appId="7"), ids(appId="8")) == (
        ["a", "b", "c"], ["a", "b", "c"], ["a", "c"], ["c"], [],
    )  # fmt: skip
    assert engage.get(kind, params={"appId": "7", "expand": "*"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["page/a", "feature/a", "guide/a", "visitor", "report/a/results.json", "guide/a/history"]
)
def test_single_definitions_cannot_be_read(engage, path):
    assert engage.get(path).status_code == 404


def test_track_types_follow_from_track_events(engage, send):
    send(TRACK | {"props": {"plan": "pro"}})
    (found,) = engage.get("tracktype").json()
    assert (found["name"], found["kind"], found["eventPropertyNameList"]) == ("Signed Up", "TrackType", ["plan"])
    assert engage.get("tracktype", params={"id": found["id"]}).json() == [found]


def test_reports_have_their_rows_as_json_and_csv(engage, put):
    put("report", id="r", name="R", results=[{"a": 1, "b": "x,y"}, {"a": None, "c": [1]}])
    assert engage.get("report/r/results.json").json() == [{"a": 1, "b": "x,y"}, {"a": None, "c": [1]}]
    assert engage.get("report/r/results.csv").text == 'a,b,c\r\n1,"x,y",\r\n,,[1]\r\n'


def test_visitor_and_account_have_their_metadata(engage, send):
    send(LOAD)
    visitor, account = engage.get("visitor/v1").json(), engage.get("account/a1").json()
    assert (visitor["id"], visitor["accountIds"], visitor["account"]) == ("v1", ["a1"], {"id": "a1"})
    assert visitor["lastStartTime"] == visitor["metadata"]["auto"]["lastvisit"] == LOAD["browser_time"]
    assert (account["id"], account["metadata"]["auto"]["id"]) == ("a1", "a1")


def test_history_has_the_24_hours_from_its_start(engage, send, put):
    put("page", id="p", rules=["//app.example/tagged"])
    send(
        LOAD | {"browser_time": NOON, "url": "https://app.example/tagged"},
        LOAD | {"browser_time": NOON + 1000, "url": "https://app.example/tagged"},
        LOAD | {"browser_time": NOON + HOUR, "url": "https://app.example/other"},
        TRACK | {"browser_time": NOON + 2 * HOUR},
        LOAD | {"browser_time": NOON + 24 * HOUR},
    )
    items = engage.get("visitor/v1/history", params={"starttime": NOON}).json()
    assert [(item["type"], item["ts"] - NOON, item["lastTs"] - NOON) for item in items] == [
        ("Page", 0, 1000), ("Page", HOUR, HOUR), ("TrackType", 2 * HOUR, 2 * HOUR),
    ]  # fmt: skip
    assert (items[0]["pageId"], items[0]["uri"]) == ("p", "/api/v1/page?id=p")
    assert items[1]["untaggedUrl"] == "https://app.example/other"
    assert engage.get("visitor/v1/history", params={"starttime": NOON + 30 * HOUR}).json() == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nobody/history?starttime=1", 404),
        ("v1/history", 400),
        ("v1/history?starttime=-1", 400),
        (f"v1/history?starttime={10**15}", 400),
    ],
)
def test_history_needs_a_visitor_and_a_start(engage, send, path, status):
    send(LOAD)
    assert engage.get(f"visitor/{path}").status_code == status


def test_guides_have_versions_states_and_resets(engage, put):
    put("guide", id="g", name="<Hello>", state="draft")
    assert [one["id"] for one in engage.get("guide/g/history").json()] == ["g"] == engage.get("guide/order").json()
    assert engage.request("POST", "guide/g/reset").status_code == 400
    assert engage.request("PUT", "guide/g/state", json={"state": "staged"}).json()["state"] == "staged"
    resets = ["guide/g/reset", "guide/g/visitor/v1/reset", "guide/all/visitor/v1/reset", "guide/staged/reset"]
    assert [engage.request("POST", path).status_code for path in resets] == [200] * 4
    assert engage.request("PUT", "guide/g/state", json={"state": "on"}).status_code == 400
    assert engage.request("PUT", "guide/g/segment", json={"segmentId": "no"}).status_code == 404
    texts = engage.get("guide/localization/export", params={"guideids": "g"})
    assert (texts.status_code, "&lt;Hello&gt;" in texts.text) == (200, True)
    assert engage.get("guide/localization/export").status_code == 400
    imports = [engage.request("POST", "guide/localization/import", data=text) for text in (texts.text, "no XML")]
    assert [answer.status_code for answer in imports] == [200, 400]


def test_small_resources_are_empty_or_kept(engage):
    paths = ["servername", "servers", "servername/flag/x", "blacklist", "blacklist/type/ip"]
    assert [engage.get(path).json() for path in paths] == [[]] * 5
    idea = engage.request("POST", "feedback", json={"title": "More"}).json()
    changed = engage.request("PATCH", f"feedback/{idea['id']}", json={"title": "Less", "id": "x"})
    assert changed.json() == {"id": idea["id"], "title": "Less"}
    assert [engage.request("DELETE", f"feedback/{idea['id']}").status_code for _ in range(2)] == [200, 404]
    idea = engage.request("POST", "feedback", json={"title": "More"}).json()
    bodies = [{}, [], [1], "x", [idea["id"]], {"id": idea["id"]}]
    assert [engage.request("DELETE", "feedback", json=one).status_code for one in bodies] == [400] * 4 + [200, 404]
    idea = engage.request("POST", "feedback", json={"title": "More"}).json()["id"]
    bodies = [["unknown", idea], [idea, "unknown"], [idea, idea]]
    assert [engage.request("DELETE", "feedback", json=one).status_code for one in bodies] == [404, 404, 200]
    assert engage.get("servername/app.example").status_code == 404


@pytest.mark.parametrize(("expand", "count"), [("*", 1), ("web|ios", 1), ("ios", 0), ("nothing", 0)])
def test_expand_selects_kinds_of_apps(engage, put, expand, count):
    put("page", id="p", rules=[])
    assert len(engage.get("page", params={"expand": expand}).json()) == count


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("gcs/destinations/Default", {"serviceAccount": "a", "secretKey": "very-secret"}, 200),
        ("s3/destinations/Default", {"accessKeyId": "a", "secretAccessKey": "very-secret"}, 200),
        ("azure/destinations/Default", {"clientId": "a", "clientSecret": "very-secret"}, 200),
        ("azure/destinations/Default", {"accessKeyId": "a", "secretAccessKey": "very-secret"}, 400),
        ("s3/destinations/Default", [], 400),
        ("s3/destinations/Other", {"accessKeyId": "a", "secretAccessKey": "very-secret"}, 404),
        ("ftp/destinations/Default", {}, 404),
    ],
)
def test_credentials_of_a_storage_are_checked_and_hidden_in_the_record(pendo, engage, path, body, status):
    answer = engage.request("PUT", f"datasync/storageTypes/{path}/credentials", json=body)
    assert answer.status_code == status
    (exchange,) = pendo.exchanges()
    assert exchange.envelope.body == b"(hidden)"
