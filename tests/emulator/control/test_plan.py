"""The control API replaces the tracking plan of a running server, for all processes that use its store."""

import json
from contextlib import closing

import pytest
import requests

from pendo_contracts.plans.loading import read_plan
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.server import Emulator
from pendo_emulator.storage.store import Store
from tests.emulator.recorder.sample_requests import TRACK, beacon, record

PLAN = {
    "version": 1,
    "unplanned_events": "error",
    "unplanned_properties": "error",
    "events": {"Signed Up": {"properties": {"plan": {"enum": ["free", "pro"]}}, "required": ["plan"]}},
}


@pytest.fixture
def emulator():
    with Emulator() as running:
        yield running


@pytest.fixture
def url(emulator):
    return f"{emulator.control_url}/plan"


def plan_rules(emulator):
    """List the rules of the plan's findings."""
    answer = requests.get(f"{emulator.control_url}/findings", timeout=10).json()
    return [finding["rule"] for finding in answer["findings"] if finding["rule"].startswith("plan")]


def test_plan_is_replaced_without_restart(emulator, url):
    record(emulator.recorder, beacon(TRACK | {"props": {"plan": "gold"}}))
    assert requests.get(url, timeout=10).status_code == 404
    assert plan_rules(emulator) == []
    answer = requests.put(url, json=PLAN, timeout=10)
    assert (answer.status_code, answer.json()) == (200, PLAN)
    assert plan_rules(emulator) == ["plan:Signed Up#/properties/plan/enum"]
    requests.put(url, json=PLAN | {"events": {}}, timeout=10)
    assert plan_rules(emulator) == ["plan-unplanned-event"]
    assert requests.delete(url, timeout=10).json() == {"deleted": 1}
    assert requests.delete(url, timeout=10).json() == {"deleted": 0}
    assert plan_rules(emulator) == []


def test_wrong_plan_changes_nothing(url):
    requests.put(url, json=PLAN, timeout=10)
    answer = requests.put(url, json=PLAN | {"events": {"A": {"typ": 1}, "B": {"$ref": "#"}}}, timeout=10)
    assert answer.status_code == 400
    assert [problem["place"] for problem in answer.json()["problems"]] == [
        "the body: /events/A/typ", "the body: /events/B",
    ]  # fmt: skip
    assert requests.put(url, data=b"{", timeout=10).status_code == 400
    assert requests.put(url, data=b"\xff", timeout=10).status_code == 400
    assert requests.get(url, timeout=10).json() == PLAN


def test_plan_of_another_process_is_used_at_once(store_address):
    with (
        closing(Recorder(Store(store_address), shared=True)) as one,
        closing(Recorder(Store(store_address), shared=True)) as other,
    ):
        record(one, beacon(TRACK))
        assert not [group for group in other.live_checks.report("k").findings if group.first.contract[:5] == "plan:"]
        one.plan.set(read_plan(PLAN, "x"))
        (group,) = (group for group in other.live_checks.report("k").findings if group.first.contract[:5] == "plan:")
        assert group.first.rule_name == "plan:Signed Up#/required"
        assert other.plan.delete()
        assert one.plan.get() is None


def test_plan_of_the_start_replaces_the_one_in_the_store(tmp_path):
    store = tmp_path / "x.sqlite3"
    for name in ("A", "B"):
        with Emulator(store, plan=read_plan({"version": 1, "name": name}, "x")) as emulator:
            assert requests.get(f"{emulator.control_url}/plan", timeout=10).json()["name"] == name
    with Emulator(store) as emulator:
        assert json.loads(requests.get(f"{emulator.control_url}/plan", timeout=10).text)["name"] == "B"


def test_findings_of_a_plan_are_selected_by_rule(emulator, url):
    record(emulator.recorder, beacon(TRACK | {"track_event_name": "Other"}))
    requests.put(url, json=PLAN, timeout=10)
    for rule in ("plan-unplanned-event", "plan:Signed Up#/required"):
        answer = requests.get(f"{emulator.control_url}/findings", params={"rule": rule}, timeout=10)
        assert answer.status_code == 200
        assert {one["rule"] for one in answer.json()["findings"]} <= {rule}
