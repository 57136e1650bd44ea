"""The reports of Segment sources: bounded, checked, and the same for all processes of a store."""

import pytest
import requests

REPORT = {"event": {"type": "track"}, "subscriptions": [], "calls": [], "problem": "", "at": 1}


@pytest.fixture
def url(pendo):
    return f"{pendo.emulator.control_url}/keys/{pendo.api_key}/source-reports"


def add(url, reports):
    return requests.post(url, json=reports, timeout=30)


def test_newest_reports_come_first_and_old_ones_are_deleted(url):
    for start in range(0, 600, 100):
        assert add(url, [REPORT | {"at": start + number} for number in range(100)]).json() == {"added": 100}
    reports = requests.get(f"{url}?limit=500", timeout=30).json()
    assert [report["at"] for report in reports] == list(range(599, 99, -1))
    assert reports[0]["number"] == 600


def test_reports_belong_to_their_key_and_are_cleared_with_it(url, pendo):
    add(url, [REPORT])
    assert requests.get(url.replace(pendo.api_key, "other"), timeout=30).json() == []
    pendo.clear()
    assert requests.get(url, timeout=30).json() == []


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "list"),
        ([REPORT] * 101, "100"),
        ([{}], "members"),
        ([REPORT | {"at": "now"}], "at"),
        ([REPORT | {"more": 1}], "members"),
        ([REPORT | {"problem": "x" * 70_000}], "characters"),
    ],
)
def test_wrong_reports_are_rejected_with_the_reason(url, body, text):
    answer = add(url, body)
    assert (answer.status_code, text in answer.json()["title"]) == (400, True)
    assert requests.get(url, timeout=30).json() == []


def test_body_that_is_not_json_is_rejected(url):
    assert requests.post(url, data=b"{", timeout=30).status_code == 400
