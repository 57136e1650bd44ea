"""Event types and members that the contracts do not know are warnings if the agent is newer than the tested one."""

import json
from pathlib import Path

import pytest

from pendo_contracts.checking.check import check_requests
from pendo_contracts.finding import contract_findings
from pendo_contracts.judge import MAX_EXPLAINED, MAX_EXPLAINED_VIOLATIONS, judge_request
from pendo_contracts.report import as_json
from pendo_contracts.wire.agent_version import TESTED_VERSION, is_newer, read_version
from pendo_contracts.wire.envelope import Envelope
from tests.contracts.rules.session_builder import TIME, beacon, event, guides, meta, track

TARGET = Path(__file__).parents[2] / "fixtures/contracts/interaction/kept/click.json"
NEWER = "2.292.0_prod-eu"


def judged(*events, version=NEWER, more=""):
    line = beacon(*events, ct=TIME, post=len(events) > 3)
    url = line["url"].replace("v=2.291.4_prod", f"v={version}").replace("&jzb", f"{more}&jzb")
    return judge_request(Envelope(line["method"], url, {}, line["body"].encode(), 0))


def severities(request):
    return [(finding.severity, finding.index) for finding in contract_findings(request)]


UNKNOWN = {
    "event type": event("hover"),
    "member of the event": event(viewport=[1280, 720]),
    "member of props": event(props={"load_time": 1, "transition": "soft"}),
    "member of the metadata": meta() | {"props": meta()["props"] | {"device": {}}},
    "member of utm": event(utm={"channel": "Direct", "ad": "x"}),
}


@pytest.mark.parametrize("sent", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_part_of_a_newer_agent_is_a_warning(sent):
    request = judged(sent)
    assert request.good
    assert severities(request) == [("warning", 0)]
    (finding,) = contract_findings(request)
    assert f"(agent 2.292.0 is newer than {TESTED_VERSION}, which the contracts were tested with)" in finding.message


@pytest.mark.parametrize("sent", UNKNOWN.values(), ids=UNKNOWN)
@pytest.mark.parametrize(
    "version", [TESTED_VERSION, "2.291.3_prod", "1.999.999", "2.292", "v3.0.0", "next", "", "2.292.0-beta", "٣.0.0"]
)
def test_unknown_part_of_another_agent_is_an_error(sent, version):
    request = judged(sent, version=version)
    assert not request.good
    assert ("error", 0) in severities(request)
    assert all(severity == "error" for severity, _ in severities(request))


def test_unknown_query_parameter_of_a_newer_agent_is_a_warning():
    assert severities(judged(event(), more="&zone=7")) == [("warning", None)]
    assert severities(judged(event(), more="&zone=7", version="2.291.4_prod")) == [("error", None)]
    url = guides()["url"].replace("v=2.291.4_prod", f"v={NEWER}") + "&zone=7"
    assert severities(judge_request(Envelope("GET", url, {}, b"", 0))) == [("warning", None)]


@pytest.mark.parametrize("wrong", [{"sequence": "1"}, {"url": ""}, {"tabId": None}])
def test_real_error_beside_an_unknown_member_stays_an_error(wrong):
    request = judged(event(viewport=1, **wrong))
    assert not request.good
    assert sorted(severities(request)) == [("error", 0), ("warning", 0)]


def test_missing_member_and_wrong_value_of_a_newer_agent_are_errors():
    sent = event()
    del sent["tabId"]
    assert severities(judged(sent, event(number=-1), event(props={"load_time": "long"}))) == [
        ("error", 0), ("error", 1), ("error", 2),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [MAX_EXPLAINED, MAX_EXPLAINED + 1, 4 * MAX_EXPLAINED])
@pytest.mark.parametrize(
    "make",
    [
        lambda number: event(number=number, viewport=number),
        lambda number: event("hover", number=number),
        lambda number: track(number=number, **{"new/~member": {"a": [1]}, "other": None}),
        lambda number: event(number=number, props={"load_time": 1, "transition": "soft"}, viewport=1),
        lambda number: event("hover", number=number) if number % 2 else event(number=number, viewport=1),
    ],
)
def test_more_unknown_parts_than_are_explained_are_warnings(count, make):
    request = judged(*map(make, range(count)))
    assert request.good
    assert {severity for severity, _ in severities(request)} == {"warning"}
    assert {index for _, index in severities(request)} == set(range(count))


def test_errors_after_the_explained_events_stay_errors():
    unknown = [event(number=number, viewport=1) for number in range(2 * MAX_EXPLAINED)]
    unknown[-1] |= {"sequence": "last"}
    request = judged(*unknown, event("hover", number=500))
    assert ("error", 2 * MAX_EXPLAINED - 1) in severities(request)
    assert ("warning", 2 * MAX_EXPLAINED) in severities(request)
    assert sum(severity == "error" for severity, _ in severities(request)) == 1


def test_violations_beyond_the_explained_ones_are_warnings():
    names = MAX_EXPLAINED_VIOLATIONS // 20
    request = judged(*(event(number=number, utm={f"x{number}_{n}": "" for n in range(names)}) for number in range(60)))
    assert {severity for severity, _ in severities(request)} == {"warning"}
    assert {index for _, index in severities(request)} == set(range(60))
    assert len(severities(request)) < MAX_EXPLAINED_VIOLATIONS + names + 60


@pytest.mark.parametrize(("parents", "severity"), [(3, "warning"), (4, "error")])
def test_events_with_unknown_members_in_too_many_places_stay_broken(parents, severity):
    target = json.loads(TARGET.read_text())["props"]["target"]
    element = target.pop("parentElem")
    parent = element | {"unknown": 1}
    for _ in range(parents - 1):
        parent = element | {"unknown": 1, "parentElem": parent}
    sent = [event("click", number=n, props={"target": target | {"parentElem": parent}}) for n in range(60)]
    request = judged(*sent)
    assert len(request.verdicts[1].warnings) == parents
    assert {severity for severity, index in severities(request) if index == 59} == {severity}


def test_more_errors_than_are_explained_stay_errors():
    request = judged(*(event(number=number, url="") for number in range(2 * MAX_EXPLAINED)))
    assert severities(request) == [("error", index) for index in range(2 * MAX_EXPLAINED)]


def test_versions_are_compared_by_number():
    assert [is_newer(version) for version in ("2.291.5", "2.300.0", "10.0.0", "2.291.10")] == [True] * 4
    assert [is_newer(version) for version in (TESTED_VERSION, "2.99.9", "2.291", "2.291.5.1", "2.291.5 ", "")] == [
        False
    ] * 6
    assert read_version({"v": "2.292.0_prod-eu"}) == "2.292.0"
    assert read_version({}) == ""


def test_report_names_the_tested_version():
    report = check_requests([judged(event(viewport=1))])
    assert json.loads(as_json(report))["tested_agent"] == TESTED_VERSION
    assert report.good
