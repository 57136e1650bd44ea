"""Track events and metadata of all ways to Pendo are judged by a plan, each violation at its JSON pointer."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_contracts.checking.check import Check
from pendo_contracts.checking.judge_batch import BatchJudge
from pendo_contracts.checking.part_judge import JudgeOptions
from pendo_contracts.checking.process_workers import process_workers
from pendo_contracts.checking.recording_check import check_sources
from pendo_contracts.judge import judge_request
from pendo_contracts.plans.loading import load_plan, read_plan
from pendo_contracts.recordings.source_files import find_source_files
from pendo_contracts.rules.rule_settings import NO_RULES
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope
from tests.emulator.recorder.sample_requests import LOAD, TRACK, beacon

FIXTURES = Path(__file__).parents[3] / "fixtures"
SEGMENT = load_plan(FIXTURES / "plans/segment-public-api.json")
BOARD = {
    "boardId": "board-42", "title": "Roadmap", "cards": 17, "starred": False, "owner": {"name": "n", "role": "admin"},
    "labels": ["ready"], "folder": None,
}  # fmt: skip


def found(plan, *requests):
    """Return rule, pointer and severity of the plan's findings about requests, in order."""
    batch = BatchJudge(NO_RULES, schemas=False, plan=plan).judge_requests(requests)
    return [(one.rule_name, one.pointer, one.severity) for _, findings in batch.requests for one in findings]


def agent(name, props):
    return beacon(TRACK | {"track_event_name": name, "props": props})


def meta(**objects):
    return beacon(LOAD | {"type": "meta", "props": objects})


def post(path, body):
    headers = {"host": "data.pendo.io", "content-type": "application/json", "x-pendo-integration-key": "k"}
    return judge_request(Envelope("POST", f"http://data.pendo.io{path}", headers, json.dumps(body).encode(), 7))


def webhook(name, properties):
    return post("/data/segmentio/k", {"type": "track", "event": name, "userId": "u", "properties": properties})


def server(name, properties):
    event = {"type": "track", "event": name, "visitorId": "u", "accountId": "a", "timestamp": 1795983963695}
    return post("/data/track", event | {"properties": properties})


WAYS = [pytest.param(agent, "/props", id="agent"), *(
    pytest.param(way, "/properties", id=way.__name__) for way in (webhook, server)
)]  # fmt: skip


@pytest.mark.parametrize(("send", "base"), WAYS)
def test_segment_plan_is_enforced_with_every_violation_at_its_pointer(send, base):
    assert found(SEGMENT, send("Board Opened", BOARD)) == []
    bad = BOARD | {
        "boardId": "42", "cards": 1.5, "owner": {"role": "owner"}, "labels": ["ready", "done"], "folder": 3,
    }  # fmt: skip
    rule = "plan:Board Opened#/properties"
    assert found(SEGMENT, send("Board Opened", bad)) == [
        (f"{rule}/boardId/pattern", f"{base}/boardId", "error"),
        (f"{rule}/cards/type", f"{base}/cards", "error"),
        (f"{rule}/folder/type", f"{base}/folder", "error"),
        (f"{rule}/labels/items/enum", f"{base}/labels/1", "error"),
        (f"{rule}/owner/required", f"{base}/owner", "error"),
        (f"{rule}/owner/properties/role/enum", f"{base}/owner/role", "error"),
    ]


@pytest.mark.parametrize(("send", "base"), WAYS)
def test_null_is_accepted_only_where_the_plan_says_so(send, base):
    assert found(SEGMENT, send("Board Opened", BOARD | {"owner": None})) == []
    (finding,) = found(SEGMENT, send("Board Opened", BOARD | {"title": None}))
    assert finding == ("plan:Board Opened#/properties/title/type", f"{base}/title", "error")


@given(st.sampled_from(["boardId", "cards"]))
def test_missing_required_property_is_found(name):
    properties = {key: value for key, value in BOARD.items() if key != name}
    assert found(SEGMENT, agent("Board Opened", properties)) == [("plan:Board Opened#/required", "/props", "error")]


@given(
    st.sampled_from([name for name in BOARD if name not in ("folder", "owner")]),
    st.one_of(st.just({}), st.floats(0.1, 0.9), st.just([[]])),
)
def test_any_single_mistyped_property_is_found_at_its_pointer(name, value):
    pointers = [pointer for _, pointer, _ in found(SEGMENT, agent("Board Opened", BOARD | {name: value}))]
    assert pointers
    assert all(pointer.startswith(f"/props/{name}") for pointer in pointers)


@pytest.mark.parametrize(("choice", "expected"), [("error", ["error"]), ("warning", ["warning"]), ("allowed", [])])
def test_unplanned_events_and_properties_are_what_the_plan_says(choice, expected):
    members = {"version": 1, "unplanned_events": choice, "unplanned_properties": choice}
    plan = read_plan(members | {"events": {"A": {"properties": {"a": {"properties": {"b": {}}}}}}}, "x")
    assert [severity for *_, severity in found(plan, agent("B", {}))] == expected
    assert [severity for *_, severity in found(plan, agent("A", {"a": {"b": 1, "c": 2}}))] == expected
    if expected:
        assert found(plan, agent("B", {}))[0][:2] == ("plan-unplanned-event", "/track_event_name")
        assert found(plan, webhook("B", {}))[0][:2] == ("plan-unplanned-event", "/event")
        assert found(plan, agent("A", {"a": {"c": 2}}))[0][:2] == ("plan-unplanned-property", "/props/a/c")


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {}, "additionalProperties": True},
        {"type": "object"},
        {"properties": {"a": {}}, "allOf": [{"properties": {"x": {}}}]},
        {"properties": {}, "patternProperties": {"^x": {}}},
        {"properties": {}, "anyOf": [{"$ref": "#/$defs/x"}], "$defs": {"x": {"properties": {"x": {}}}}},
    ],
)
def test_property_that_a_schema_allows_is_not_unplanned(schema):
    plan = read_plan({"version": 1, "unplanned_properties": "error", "events": {"A": schema}}, "x")
    assert found(plan, agent("A", {"x": 1})) == []


def test_metadata_of_agent_and_webhook_is_judged():
    account = {"id": "a", "name": "Acme", "employees": "5"}
    assert found(SEGMENT, meta(visitor={"id": "v", "plan": "gold", "language": "en_US"}, account=account)) == [
        ("plan:visitor#/properties/plan/enum", "/props/visitor/plan", "error"),
        ("plan:account#/properties/employees/type", "/props/account/employees", "error"),
    ]
    identify = {"type": "identify", "userId": "u", "traits": {"plan": "gold"}}
    group = {"type": "group", "userId": "u", "groupId": "a", "traits": {"employees": 1}}
    assert found(SEGMENT, post("/data/segmentio/k", identify), post("/data/segmentio/k", group)) == [
        ("plan:visitor#/properties/plan/enum", "/traits/plan", "error"),
        ("plan:account#/required", "/traits", "error"),
    ]


def test_absent_object_of_the_agent_is_not_judged():
    plan = read_plan({"version": 1, "account": {"required": ["name"]}, "parent_account": {"required": ["name"]}}, "x")
    assert found(plan, meta(visitor={"id": "v"}, account={"id": None}, parentAccount={})) == []


def test_lone_surrogates_are_judged():
    event = TRACK | {"track_event_name": "Board Opened", "props": BOARD | {"title": "\ud83d"}}
    url = f"http://data.pendo.io/data/ptm.gif/k?v=2.291.4_prod&ct=1795376101259&jzb={jzb.encode([event])}"
    assert found(SEGMENT, judge_request(Envelope("GET", url, {"host": "data.pendo.io"}, b"", 7))) == []


def test_errors_of_a_plan_fail_a_check():
    with closing(Check(NO_RULES)) as check:
        check.add(BatchJudge(NO_RULES, plan=SEGMENT).judge_requests([agent("Report Exported", {"format": "doc"})]))
        report = check.report()
    assert not report.good
    assert (report.broken, report.rule_errors) == (0, 1)


def test_report_does_not_depend_on_the_split_or_the_processes(tmp_path):
    recording = tmp_path / "many.ndjson"
    lines = []
    for number in range(60):
        request = agent("Board Opened", BOARD | {"cards": number if number % 3 else "many", f"x{number % 4}": 1})
        envelope = request.envelope
        members = {"method": "GET", "url": envelope.url, "headers": dict(envelope.headers), "body": ""}
        lines.append(json.dumps(members))
    recording.write_text("\n".join(lines), "utf-8")
    options = JudgeOptions(plan=SEGMENT)
    sources = find_source_files([recording]).files
    whole = check_sources(sources, options=options)
    assert whole.count("error") >= 20
    workers = process_workers(2, local_bytes=0)
    assert check_sources(sources, options=options, workers=workers, part_size=2_000) == whole


def test_property_with_an_empty_name_is_judged_at_its_pointer():
    empty = {"properties": {"": {"type": "string"}, "a": {"properties": {"": {"properties": {"b": {"enum": [1]}}}}}}}
    plan = read_plan({"version": 1, "events": {"x": empty}}, "plan.json")
    assert found(plan, agent("x", {"": 5, "a": {"": {"b": 2}}})) == [
        ("plan:x#/properties//type", "/props/", "error"),
        ("plan:x#/properties/a/properties//properties/b/enum", "/props/a//b", "error"),
    ]
