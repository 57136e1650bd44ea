"""A group of findings keeps the event of its first finding, shortened."""

import io
import json
from pathlib import Path

import pytest

from pendo_contracts.checking.check import Check, check_requests
from pendo_contracts.checking.examples import MAX_BYTES
from pendo_contracts.checking.judge_batch import BatchJudge
from pendo_contracts.checking.recording_check import check_recordings, check_sources
from pendo_contracts.recordings.parts import PART_SIZE
from pendo_contracts.recordings.source_files import find_source_files
from pendo_contracts.report.finding_groups import MAX_EXAMPLES
from tests.contracts.rules.session_builder import beacon, event, judged

ROOT = Path(__file__).parents[3]
LONG = "x" * 10_000


def examples(*lines):
    return [json.loads(group.example) for group in check_requests(judged(lines)).findings if group.example]


def test_group_keeps_the_event_of_its_first_finding():
    broken = event(visitor_id="v1") | {"type": "loud", "first": True}
    found = examples(beacon(broken), beacon(broken | {"visitor_id": "v2"}))
    assert found[0]["type"] == "loud"
    assert {example["visitor_id"] for example in found} == {"v1"}


def test_finding_about_a_request_keeps_its_address():
    report = check_requests(judged([beacon(event()) | {"url": "https://data.pendo.io/data/ptm.gif/k?jzb=+"}]))
    assert json.loads(report.errors[0].example) == {
        "method": "GET",
        "url": "https://data.pendo.io/data/ptm.gif/k?jzb=+",
    }


@pytest.mark.parametrize(
    "props",
    [
        {"text": LONG},
        {f"{LONG}{number}": number for number in range(100)},
        {"list": [[LONG[:300]] * 20] * 20},
        {f"p{number}": {f"q{other}": LONG[:300] for other in range(20)} for number in range(40)},
    ],
)
def test_examples_are_short_and_keep_the_offending_member(props):
    broken = event() | {"props": props, "zz_unknown": True, "type": 7}
    report = check_requests(judged([beacon(broken, post=True)]))
    groups = [group for group in report.errors if group.first.pointer == "/type"]
    assert groups
    assert all(len(group.example) <= MAX_BYTES for group in groups)
    assert json.loads(groups[0].example)["type"] == 7


def test_all_examples_of_a_report_are_bounded():
    events = [event() | {"type": f"loud{number}", "text": [LONG[:150]] * 9} for number in range(6_000)]
    lines = [beacon(*events[start : start + 500], post=True) for start in range(0, len(events), 500)]
    groups = check_requests(judged(lines)).findings
    assert len(groups) >= 6_000
    assert 0 < sum(len(group.example) for group in groups) <= MAX_EXAMPLES


def test_examples_do_not_depend_on_the_size_of_batches():
    requests = judged([beacon(event(visitor_id=f"v{number}") | {"type": "loud"}) for number in range(10)])
    check, judge = Check(), BatchJudge()
    check.add(judge.judge_requests(requests))
    assert check.report() == check_requests(requests)
    check.close()


@pytest.mark.parametrize("part_size", [1, PART_SIZE])
def test_findings_of_comparing_rules_have_the_event_that_they_name(part_size):
    files = sorted((ROOT / "fixtures/rules").glob("*/broken.ndjson"))
    report = check_sources(find_source_files(files).files, part_size=part_size)
    assert [group.rule for group in report.findings if not group.example] == []
    (twins,) = (group for group in report.findings if group.rule == "id-twins")
    assert json.loads(twins.example)["visitor_id"] == twins.first.visitor_id


def test_standard_input_is_not_read_again(monkeypatch):
    recording = (ROOT / "fixtures/rules/id-twins/broken.ndjson").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(recording)))
    assert {group.rule: group.example for group in check_recordings(["-"]).findings}["id-twins"] == ""
