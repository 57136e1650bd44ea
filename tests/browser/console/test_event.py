"""One event: its payload with the contract's line next to each broken field, its request, and its relatives."""

import shlex
import subprocess

import pytest

pytestmark = pytest.mark.browser


def event_id(answer, index=0):
    return f"{answer.headers['x-emulator-exchange']}.{index}"


def test_broken_event_shows_the_line_of_the_contract_beside_the_field(open_view, beacon):
    page = open_view("/console/event", id=event_id(beacon({"visitor_id": 5, "props": {"load_time": "284 ms"}})))
    field = page.locator(".tree-item.flawed:has(> .tree-line > .tree-name:text-is('visitor_id'))")
    assert field.locator(".violation strong").inner_text() == "5 is of type integer, not string"
    assert "Fix: send string" in field.inner_text()
    assert "event.schema.json:" in field.inner_text()
    assert page.locator(".event-head .verdict").inner_text() == "broken"
    ends = [one.bounding_box()["x"] + one.bounding_box()["width"] for one in page.locator(".tree .violation").all()]
    assert len(ends) == 2
    assert ends[0] == pytest.approx(ends[1])


def test_violation_about_a_missing_member_is_shown_at_its_parent(open_view, space, beacon):
    page = open_view("/console/event", id=event_id(beacon({"props": {}})))
    parent = page.locator(".tree-item.flawed:has(> .tree-box > details > summary > .tree-name:text-is('props'))")
    assert "load_time" in parent.locator("> .violation").inner_text()
    assert space.exchanges()


def test_siblings_request_and_raw_payload_are_shown(open_view, beacon):
    answer = beacon({"visitor_id": "v1"}, {"visitor_id": "v2"})
    page = open_view("/console/event", id=event_id(answer))
    page.click("text=Other events of the request (1)")
    page.click(".siblings a")
    page.wait_for_selector("dd:has-text('v2')")
    assert page.url.endswith(f"id={event_id(answer, 1)}")
    page.click("summary:text-is('Request')")
    request = page.locator("details:has(> summary:text-is('Request'))").inner_text()
    assert f"GET {answer.request.url.partition('?')[0].replace('127.0.0.1', '')}"[:4] in request
    assert "jzb as sent" in request
    assert "jzb decoded" in request
    assert "user-agent" in request


def test_curl_command_sends_the_request_again(open_view, space, track):
    page = open_view("/console/event", id=event_id(track('It\'s "quoted"')))
    page.click("summary:has-text('curl')")
    command = page.locator("pre[aria-label='curl command']").inner_text().replace("\\\n", " ")
    subprocess.run(shlex.split(command), check=True, capture_output=True, timeout=10)
    first, second = space.exchanges()
    assert first.beacon.payload == second.beacon.payload


def test_rules_say_what_is_wrong_with_the_event(open_view, track):
    page = open_view("/console/event", id=event_id(track("Signed Up")))
    page.wait_for_selector("details:has-text('What the rules say')")
    page.click("text=webhook-without-account")
    assert page.locator("h1").inner_text() == "webhook-without-account"


def test_event_that_was_deleted_says_so(open_view, space, track):
    answer = track("Signed Up")
    space.clear()
    page = open_view("/console/event", id=event_id(answer))
    assert "it was deleted" in page.locator("[role=alert]").inner_text()


def test_numbers_keep_all_their_digits(open_view, track):
    page = open_view("/console/event", id=event_id(track("Big", properties={"n": 12345678901234567890123})))
    page.wait_for_selector(".tree-bigint:text-is('12345678901234567890123')")
