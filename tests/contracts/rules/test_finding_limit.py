"""A request with thousands of wrong fields gives a bounded number of findings, and the report counts the others."""

import json

import pytest

from pendo_contracts.checking.check import check_requests
from pendo_contracts.report import as_json, as_text
from pendo_contracts.rules.finding_limit import MAX_FINDINGS
from tests.contracts.rules.session_builder import beacon, judged, track, webhook

COUNT = 2 * MAX_FINDINGS + 5
FIELDS = [f"k {number}" for number in range(COUNT)]
NAMES = [f"k{number}" for number in range(COUNT)]


def groups(rule, *lines):
    report = check_requests(judged(lines))
    return report, [group for group in report.findings if group.rule == rule]


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        ("metadata-key", [webhook("identify", traits=dict.fromkeys(FIELDS, 1))]),
        ("metadata-value", [webhook("identify", traits=dict.fromkeys(NAMES))]),
        ("metadata-key-clash", [webhook("identify", traits=dict.fromkeys([*NAMES, *map(str.upper, NAMES)], 1))]),
        ("metadata-type-change", [webhook("identify", traits=dict.fromkeys(NAMES, value)) for value in (1, "1")]),
        ("track-property-name", [webhook(properties={"groupId": "acme"} | dict.fromkeys(FIELDS, 1))]),
        ("track-property-name", [beacon(track(props=dict.fromkeys(FIELDS, 1)), post=True)]),
    ],
)
def test_findings_of_one_rule_about_one_request_are_bounded(rule, lines):
    report, found = groups(rule, *lines)
    assert (len(found), {group.count for group in found}) == (MAX_FINDINGS, {1})
    assert report.further == {"warning": COUNT - MAX_FINDINGS}
    assert json.loads(as_json(report))["further_findings"] == dict(report.further)
    assert f"{COUNT - MAX_FINDINGS:,} more findings with severity warning" in as_text(report)


def test_limit_is_one_for_all_events_of_a_request():
    events = [track(props=dict.fromkeys(FIELDS[:60], 1), number=number) for number in range(3)]
    report, found = groups("track-property-name", beacon(*events, post=True))
    assert sum(group.count for group in found) == MAX_FINDINGS
    assert report.further["warning"] == 180 - MAX_FINDINGS


def test_fields_up_to_the_limit_are_all_listed():
    report, found = groups("metadata-key", webhook("identify", traits=dict.fromkeys(FIELDS[:MAX_FINDINGS], 1)))
    assert (len(found), report.further) == (MAX_FINDINGS, {})
