from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from pendo_emulator.api_key_space import Space
from pendo_emulator.errors import EmulatorError, NotKeptError
from tests.emulator.track_event import TRACK

METHODS = ["wait", "expect_silence", "exchanges", "events"]


def message(call, error=NotKeptError, **arguments):
    with pytest.raises(error) as raised:
        call(**arguments)
    return str(raised.value)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("filters", "suggestion"),
    [
        ({"type": "trak"}, "unknown type 'trak': did you mean 'track'?"),
        ({"type": "guideSen"}, "did you mean 'guideSeen'?"),
        ({"region": "EU"}, "unknown region 'EU': did you mean 'eu'?"),
        ({"region": "mars"}, "it is one of io, eu"),
        ({"endpoint": "/data/ptm.gif"}, "unknown endpoint '/data/ptm.gif': did you mean 'ptm.gif'?"),
    ],
)
def test_filter_value_that_can_match_no_event_is_rejected(pendo, method, filters, suggestion):
    text = message(getattr(pendo, method), EmulatorError, **filters)
    assert suggestion in text
    assert "allow_unknown=True" in text


@pytest.mark.parametrize("method", METHODS)
def test_misspelled_filter_is_rejected(pendo, method):
    assert "unknown filter 'typ': did you mean 'type'?" in message(getattr(pendo, method), TypeError, typ="track")


def test_own_event_types_are_allowed_on_request(pendo):
    pendo.expect_silence(0.01, type="my-type", endpoint="/data/own", allow_unknown=True)
    assert pendo.exchanges(type="my-type", allow_unknown=True) == []
    assert pendo.events(type="my-type", allow_unknown=True) == []
    assert "0 of 1 type='my-type' arrived" in message(pendo.wait, timeout=0.01, type="my-type", allow_unknown=True)


@pytest.mark.parametrize("name", ["load", "guideSeen", "pollResponse", "user_reaction", "devlog", "agent_trace"])
def test_event_types_of_the_contracts_are_accepted(pendo, name):
    assert pendo.events(type=name) == []


def test_failed_expect_silence_says_what_arrived(pendo, send):
    send()
    with ThreadPoolExecutor() as pool:
        silence = pool.submit(pendo.expect_silence, 5, type="track")
        while not silence.done():
            send(**TRACK)
    first = str(silence.exception()).splitlines()[0]
    assert "track event 'Report Exported' of visitor 'u1' to io ptm.gif (exchange" in first
    assert "load event" not in first


def test_failed_wait_shows_the_most_similar_event(pendo, send):
    send()
    send(**TRACK)
    text = message(pendo.wait, timeout=0.01, type="track", name="Report exported")
    assert text.startswith("0 of 1 type=track name='Report exported' arrived within 0.01 s; nearest: track event")
    assert "nearest: track event 'Report Exported' of visitor 'u1'" in text


def test_failed_wait_says_that_nothing_arrived(pendo):
    assert "; nothing arrived\n" in message(pendo.wait, timeout=0.01, name="Report Exported")


def test_first_line_of_a_failed_check_names_the_broken_contract(pendo, send):
    send(visitor_id=7)
    assert message(pendo.assert_kept).splitlines()[0].startswith("BROKEN load event to io ptm.gif: /visitor_id 7 is of")


def test_findings_are_selected_by_severity_and_rule(pendo, send):
    send(visitor_id="null")
    send(visitor_id=" v1", frameId="MA1vCZHQC0awDKEC")
    assert [(group.rule, group.severity) for group in pendo.findings()] == [
        ("junk-id", "error"), ("id-whitespace", "warning"),
    ]  # fmt: skip
    assert [group.first.visitor_id for group in pendo.findings(rule="junk-id")] == ["null"]
    assert pendo.findings("note") == []
    assert "did you mean 'junk-id'?" in message(pendo.findings, EmulatorError, rule="junkid")


def test_reports_use_the_status_of_each_answer(pendo):
    url = f"{pendo.host_url('data.pendo.io')}/data/segmentio/{pendo.api_key}"
    assert requests.post(url, data=b"{", timeout=30).status_code == 400
    assert "not-received" in [group.first.rule for group in pendo.report().advice]


def test_reports_do_not_explain_the_emulators_cnames(tls_emulator, beacon_path):
    space = Space.fresh(tls_emulator)
    requests.get(space.host_url("data.customer.example") + beacon_path(space.api_key), timeout=30)
    assert space.report().notes == ()
    requests.get(space.host_url("data.other.example") + beacon_path(space.api_key), timeout=30)
    assert "treated as a customer's CNAME" in space.report().notes[0]


@pytest.mark.parametrize("host", ["https://data.pendo.io", "HTTP://data.pendo.io/", "//data.pendo.io"])
def test_host_with_a_scheme_is_rejected(pendo, host):
    assert "give the host alone: 'data.pendo.io'" in message(pendo.host_url, EmulatorError, host=host)
