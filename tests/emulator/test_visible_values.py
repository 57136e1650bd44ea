"""Values that a sender chooses are shown without effect on a terminal: in the log and in the errors of a test."""

import json
import logging

import pytest
import requests

from pendo_contracts.judge import judge_request
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.exchange import record_as
from pendo_emulator.observability.access_log import FORMATS
from pendo_emulator.observability.safe_log_formatter import SafeLogFormatter

NASTY = "\x1b[31m\x9b\u202e\nFORGED LINE\ud800[/red]"
EVENT = {"type": NASTY, "track_event_name": NASTY, "visitor_id": NASTY, "account_id": NASTY, "url": NASTY, NASTY: NASTY}
CALL = {"type": "track", "event": NASTY, "userId": NASTY, "timestamp": NASTY, "properties": {NASTY: NASTY}}


def is_harmless(text):
    lines = text.split("\n")
    return all(line.isprintable() and not line.startswith("FORGED LINE") for line in lines)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("key", ["k", NASTY, NASTY[:6], "a b=c"])
def test_access_log_line_has_no_control_characters(form, key):
    envelopes = [
        Envelope("GET", f"https://data.pendo.io/data/ptm.gif/{key}?jzb={jzb.encode([EVENT])}", {}, b"", 1),
        Envelope(
            "POST", f"https://{NASTY}/data/errorlog?apiKey={key}", {NASTY: NASTY, "x-request-id": NASTY}, b"[]", 1
        ),
        Envelope("POST", "https://app.pendo.io/data/track", {"x-pendo-integration-key": key}, b"{}", 1),
        Envelope(NASTY, f"https://data.pendo.io/{NASTY}", {}, NASTY.encode("utf-8", "surrogatepass"), 1),
    ]
    for envelope in envelopes:
        line = FORMATS[form](record_as(judge_request(envelope), 1, 200), 0.1)
        assert (line.count("\n"), is_harmless(line), "key=a b=c" in line) == (1, True, False), line


def test_log_messages_and_tracebacks_have_no_control_characters():
    error = ValueError(NASTY)
    record = logging.LogRecord("x", logging.ERROR, "", 1, "about %s", (NASTY,), (ValueError, error, None))
    first, *traceback = SafeLogFormatter().format(record).split("\n")
    assert first == r"about \x1b[31m\x9b\u202e\nFORGED LINE\ud800[/red]"
    assert is_harmless("\n".join(traceback))
    assert all(line.startswith("  ") for line in traceback)


@pytest.fixture
def space(pendo):
    """Send events in which every value contains control characters."""
    url = pendo.host_url("data.pendo.io")
    requests.get(f"{url}/data/ptm.gif/{pendo.api_key}?v=2.291.4_prod&ct=1&jzb={jzb.encode([EVENT])}", timeout=30)
    requests.post(f"{url}/data/segmentio/{pendo.api_key}", data=json.dumps(CALL), timeout=30)
    return pendo


FAILURES = {
    "assert_kept": lambda space: space.assert_kept(),
    "wait": lambda space: space.wait(9, 0.01),
    "wait for a name": lambda space: space.wait(1, 0.01, name=f"{NASTY}x"),
    "wait for a type": lambda space: space.wait(1, 0.01, allow_unknown=True, type=f"{NASTY}x"),
    "unknown type": lambda space: space.wait(1, 0.01, type=NASTY),
    "unknown filter": lambda space: space.wait(1, 0.01, **{NASTY: 1}),
    "fault": lambda space: space.fault(endpoint=NASTY, status=503),
    "subscribe": lambda space: space.subscribe(region=NASTY),
}


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
def test_errors_of_a_space_have_no_control_characters(space, fail):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the text is checked
        fail(space)
    assert not isinstance(caught.value, UnicodeError)
    assert is_harmless(str(caught.value)), str(caught.value)


def test_stored_value_is_found_by_the_value_that_was_sent(space):
    assert len(space.events(name=NASTY, type="track")) == 1
