"""Events and requests for the tests of the recorder, and a function that records requests."""

from pendo_contracts.judge import judge_request
from pendo_contracts.wire import jzb
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.hosts.responder import Responder

LOAD = {
    "type": "load", "browser_time": 1795376101244, "visitor_id": "v1", "account_id": "a1",
    "url": "https://app.example/", "props": {"load_time": 284.3}, "parentTabId": None, "tabId": "QLNwO3VnijXxcKFX",
    "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "utm": {"channel": "Direct"}, "sequence": 0,
    "bytes": 320,
}  # fmt: skip
TRACK = {name: LOAD[name] for name in LOAD if name != "utm"} | {
    "type": "track",
    "track_event_name": "Signed Up",
    "props": {},
}


def beacon(*events, api_key="k", host="data.pendo.io", endpoint="ptm.gif"):
    query = f"v=2.291.4_prod&ct=1795376101259&jzb={jzb.encode(list(events))}"
    return judge_request(Envelope("GET", f"http://{host}/data/{endpoint}/{api_key}?{query}", {"host": host}, b"", 7))


def record(recorder, *requests):
    """Answer and record requests; return the exchanges."""
    return [reply.exchange for reply in Responder(recorder).respond(requests)]
