import json

from pendo_contracts import jzb
from pendo_contracts.beacon import from_envelope
from pendo_contracts.envelope import Envelope
from pendo_contracts.judge import judge
from pendo_contracts.judged_request import JudgedRequest
from pendo_contracts.report import as_json, as_text, summarize


def judged(value, host="data.eu.pendo.io"):
    url = f"https://{host}/data/ptm.gif/k?v=2.291.4_prod-eu&ct=1&jzb={jzb.encode(value)}"
    beacon = from_envelope(Envelope("GET", url, {}, b"", 0))
    return JudgedRequest("here:1", beacon, judge(beacon))


def test_a_broken_event_is_told_with_place_rule_line_and_fix():
    text = as_text(summarize([judged([{"type": "loud"}])]))
    assert "'loud' is no event type that this endpoint knows" in text
    assert "did you mean load?" in text
    assert "here:1" in text


def test_a_schema_violation_names_the_line_of_the_contract():
    text = as_text(summarize([judged([{"type": "load"}])]), width=200)
    assert "pendo_contracts/schemas/events/event.schema.json:" in text


def test_what_was_sent_and_not_received_is_lost_and_not_good():
    report = summarize([], {"eu": {"track": 3}})
    assert (report.lost, report.good) == (3, False)
    assert "3 events lost" in as_text(report)


def test_a_cname_is_said_to_be_one():
    assert "taken as a customer's CNAME" in as_text(summarize([judged([], "data.customer.example")]))


def test_the_json_says_what_the_text_says():
    document = json.loads(as_json(summarize([judged([{"type": "load"}])])))
    assert document["good"] is False
    assert document["rows"] == [
        {"place": "eu", "type": "load", "received": 1, "broken": 1, "sent": None, "kept": 0, "lost": 0}
    ]
    assert document["broken"][0]["violations"][0]["reference"].startswith("pendo_contracts/schemas/")
