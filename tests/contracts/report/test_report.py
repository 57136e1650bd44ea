import json

import pytest
from msgspec.structs import replace

from pendo_contracts.checking.check import check_requests
from pendo_contracts.judge import judge_request
from pendo_contracts.report import Report, as_json, as_text, conclude, headline
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope
from tests.contracts.rules.session_builder import beacon, event, judged, script, webhook

ENCODINGS = ["utf-8", "ascii", "cp437", "cp1252", "latin-1"]
EMPTY = Report(0, 0, (), ())
TRACK = {"type": "track", "track_event_name": "Report Exported", "visitor_id": "u1", "url": "https://app.example/"}


def report(value, host="data.eu.pendo.io", cnames=()):
    url = f"https://{host}/data/ptm.gif/k?v=2.291.4_prod-eu&ct=1795376101259&jzb={jzb.encode(value)}"
    judged = judge_request(Envelope("GET", url, {}, b"", 0), "here:1")
    return check_requests([judged], cnames=cnames)


def last_line(text):
    return text.splitlines()[-1]


def test_text_shows_place_rule_and_fix_of_a_broken_event():
    text = as_text(report([{"type": "loud"}]))
    assert "'loud' is not an event type of this endpoint" in text
    assert "did you mean load?" in text
    assert "here:1" in text


def test_text_names_the_line_of_the_contract():
    assert "pendo_contracts/schemas/events/event.schema.json:" in as_text(report([{"type": "load"}]))


def test_text_names_the_event_its_visitor_and_its_page():
    text = as_text(report([TRACK]))
    assert 'BROKEN track event "Report Exported" to eu ptm.gif' in text
    assert 'seen   once: here:1 event 0 ("Report Exported", visitor "u1", https://app.example/)' in text


def test_equal_findings_of_different_events_name_no_single_event():
    assert "BROKEN track event to eu ptm.gif" in as_text(report([TRACK, TRACK | {"track_event_name": "Other"}]))


def test_headline_names_the_broken_contract_first():
    line = headline(report([TRACK, TRACK]))
    assert line.startswith('BROKEN track event "Report Exported" to eu ptm.gif (and 1 more): ')
    assert line.endswith("missing")
    assert "\n" not in line


def test_events_sent_and_not_received_are_lost():
    lost = check_requests([], {"eu": {"track": 3}})
    assert (lost.lost, lost.good) == (3, False)
    assert "3 events lost" in as_text(lost)


def test_unexpected_cname_is_noted():
    assert "treated as a customer's CNAME" in as_text(report([], "data.customer.example"))
    assert report([], "data.customer.example", cnames=["data.customer.example"]).notes == ()
    assert report([], "data.customer.example", cnames=["customer.example"]).notes == ()


def test_json_contains_what_the_text_contains():
    document = json.loads(as_json(report([{"type": "load"}])))
    assert document["good"] is False
    assert document["rows"] == [
        {"place": "eu", "type": "load", "received": 1, "broken": 1, "sent": None, "kept": 0, "lost": 0}
    ]
    finding = document["findings"][0]
    assert finding["reference"].startswith("pendo_contracts/schemas/")
    assert finding["where"][0].items() >= {"file": "here", "line": 1, "event": 0, "type": "load"}.items()
    assert (finding["rule"].partition("#")[0], finding["severity"], finding["count"]) == ("event", "error", 1)
    assert document["outcome"]["text"] in as_text(report([{"type": "load"}]))


def test_long_values_of_senders_are_cut():
    long = "x" * 100_000
    lines = [
        webhook(userId=long, event=long, url=long, properties={f"{number} {long}": 1 for number in range(20)}),
        beacon(event(long, visitor_id=long, url=f"https://{long}/"), host=f"{long}.pendo.io"),
        beacon(event(), host="data.eu.pendo.io"),
        script(f"{long}.example"),
        beacon(event(), status=400),
    ]
    document = json.loads(as_json(check_requests(judged(lines))))
    assert len(document["findings"]) > 25
    assert max(len(json.dumps(place)) for finding in document["findings"] for place in finding["where"]) < 3000
    assert max(len(finding["what"]) for finding in document["findings"]) <= 1000
    assert len({finding["fingerprint"] for finding in document["findings"]}) == len(document["findings"])
    names = {place["name"] for finding in document["findings"] for place in finding["where"]}
    assert names == {"", f"{long[:199]}…"}


def test_equal_findings_at_different_places_are_one_group():
    (group,) = (group for group in report([{"type": "loud"}] * 2).findings if group.first.index is not None)
    assert (group.count, [finding.index for finding in group.findings]) == (2, [0, 1])


@pytest.mark.parametrize(
    ("changes", "strict", "word", "code"),
    [
        ({}, False, "NOTHING RECEIVED", 4),
        ({"unreadable": ("a:1: not JSON",)}, False, "UNREADABLE", 4),
        ({"unreadable": ("a:1: not JSON",)}, True, "UNREADABLE", 4),
        ({"not_received": {"blocked": 2}}, False, "NOT RECEIVED", 4),
        ({"not_judged": {"no body": 1}}, False, "NOTHING JUDGED", 4),
        ({"uncovered": {"guide content": 1}}, False, "NOTHING JUDGED", 4),
        ({"requests": 1}, False, "KEPT", 0),
        ({"requests": 1, "unreadable": ("a:1: not JSON",)}, False, "KEPT", 0),
        ({"requests": 1, "unreadable": ("a:1: not JSON",)}, True, "STRICT", 1),
        ({"requests": 1, "not_received": {"blocked": 2}}, True, "STRICT", 1),
    ],
)
def test_each_outcome_has_a_different_word(changes, strict, word, code):
    ended = conclude(replace(EMPTY, **changes), strict=strict)
    assert (ended.word, ended.exit_code) == (word, code)
    assert last_line(as_text(replace(EMPTY, **changes), outcome=ended)).startswith(word)


def test_allowed_empty_report_is_not_called_kept():
    ended = conclude(EMPTY, allow_empty=True)
    assert (ended.word, ended.exit_code) == ("NOTHING RECEIVED", 0)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_can_be_written_in_every_encoding(encoding):
    text = as_text(report([{"type": f"é☃{'x' * 400}"}]), encoding=encoding)
    assert text.encode(encoding)
    assert "\\u2500" not in text


def test_lines_wrap_only_at_a_given_width():
    long = report([{"type": "x" * 250}])
    assert max(map(len, as_text(long).splitlines())) > 200
    assert max(map(len, as_text(long, width=80).splitlines())) <= 80
