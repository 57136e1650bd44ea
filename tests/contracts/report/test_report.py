import json

from pendo_contracts.judge import judge_request, judge_stream
from pendo_contracts.report import as_json, as_text, summarize
from pendo_contracts.rules import RULES
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope


def report(value, host="data.eu.pendo.io"):
    url = f"https://{host}/data/ptm.gif/k?v=2.291.4_prod-eu&ct=1&jzb={jzb.encode(value)}"
    return summarize(judge_stream([judge_request(Envelope("GET", url, {}, b"", 0), "here:1")], RULES))


def test_text_shows_place_rule_and_fix_of_a_broken_event():
    text = as_text(report([{"type": "loud"}]))
    assert "'loud' is not an event type of this endpoint" in text
    assert "did you mean load?" in text
    assert "here:1" in text


def test_text_names_the_line_of_the_contract():
    assert "pendo_contracts/schemas/events/event.schema.json:" in as_text(report([{"type": "load"}]), width=200)


def test_events_sent_and_not_received_are_lost():
    lost = summarize([], {"eu": {"track": 3}})
    assert (lost.lost, lost.good) == (3, False)
    assert "3 events lost" in as_text(lost)


def test_a_cname_is_noted():
    assert "treated as a customer's CNAME" in as_text(report([], "data.customer.example"))


def test_json_contains_what_the_text_contains():
    document = json.loads(as_json(report([{"type": "load"}])))
    assert document["good"] is False
    assert document["rows"] == [
        {"place": "eu", "type": "load", "received": 1, "broken": 1, "sent": None, "kept": 0, "lost": 0}
    ]
    assert document["broken"][0]["violations"][0]["reference"].startswith("pendo_contracts/schemas/")


def test_equal_findings_at_different_places_have_one_identity():
    first, second = (x for x in report([{"type": "loud"}] * 2).findings if x.index is not None)
    assert first.identity == second.identity
    assert first.index != second.index
