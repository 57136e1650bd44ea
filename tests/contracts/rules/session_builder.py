"""Builds small recordings for the tests of the rules: requests of the agent, of Segment's webhook and of a server."""

import json

from pendo_contracts.checking.check import check_requests
from pendo_contracts.finding import RULES_CONTRACT
from pendo_contracts.judge import judge_entry
from pendo_contracts.recordings.ndjson_reader import read_request
from pendo_contracts.rules.rule_settings import ALL_RULES
from pendo_contracts.wire import jzb

KEY = "11111111-2222-4333-8444-555555555555"
TIME = 1795376101244
HOST = "data.pendo.io"
FRAME, OTHER_FRAME = "MA1vCZHQC0awDKEB", "Zq3vCZHQC0awDKEX"
SECRET = {"x-pendo-integration-key": "33333333-2222-4333-8444-555555555555", "content-type": "application/json"}


def event(kind="load", *, number=0, props=None, **members):
    """Build an event of the agent, which keeps its contract."""
    event = {
        "type": kind, "browser_time": TIME + number, "visitor_id": "ada", "account_id": "acme",
        "url": "https://app.example/", "props": {"load_time": 284.3} if props is None else props, "parentTabId": None,
        "tabId": "QLNwO3VnijXxcKFX", "frameId": FRAME, "sessionId": "YBhHS8xoSSCstmKW", "utm": {"channel": "Direct"},
        "sequence": number, "bytes": 320,
    }  # fmt: skip
    return event | members


def track(name="Order Completed", props=None, *, number=0, **members):
    """Build a track event of the agent."""
    return event("track", number=number, props=props or {}, track_event_name=name, **members)


def identify(visitor, old=None, *, account="acme", old_account="acme", number=0, **members):
    """Build an identify event of the agent."""
    props = {"visitor_id": visitor, "account_id": account, "old_account_id": old_account}
    props |= {"old_visitor_id": old} if old else {}
    return event("identify", number=number, props=props, visitor_id=visitor, account_id=account, **members)


def metadata(visitor=None, account=None, parent=None):
    """Build the metadata of a meta event or of a guide request."""
    return {
        "visitor": {"id": "ada", "language": "en-US"} | (visitor or {}),
        "account": {"id": "acme"} | (account or {}),
        "parentAccount": parent or {},
        "date": "22/11/2026",
        "version": "2.291.4_prod",
    }


def meta(visitor=None, account=None, parent=None, *, number=0, **members):
    """Build a meta event of the agent."""
    return event("meta", number=number, props=metadata(visitor, account, parent), **members)


def beacon(*events, host=HOST, endpoint="ptm.gif", key=KEY, ct=None, post=False, **members):
    """Build a request of the agent with events; `post` sends them in the body."""
    times = [event["browser_time"] for event in events if isinstance(event.get("browser_time"), int)]
    ct = max(times, default=TIME) + 15 if ct is None else ct
    url = f"https://{host}/data/{endpoint}/{key}?v=2.291.4_prod" + (f"&ct={ct}" if ct else "")
    if events and all(event["type"] == "track" for event in events) and endpoint == "ptm.gif":
        url += "&type=track"
    packed = jzb.encode(list(events))
    if post:
        url += f"&s={len(packed)}"
        return request("POST", url, json.dumps({"events": packed}), shown=list(events), **members)
    return request("GET", f"{url}&jzb={packed}", shown=list(events), **members)


def guides(*, host=HOST, key=KEY, endpoint="guide.json", metadata=None, status=None, **members):
    """Build a request for guides."""
    payload = {"visitorId": "ada", "accountId": "acme", "url": "https://app.example/"} | members
    payload |= {"metadata": metadata} if metadata else {}
    url = f"https://{host}/data/{endpoint}/{key}?id=17&v=2.291.4_prod&ct={TIME}&jzb={jzb.encode(payload)}"
    return request("GET", url, shown=payload, status=status)


def script(host="cdn.pendo.io", *, key=KEY, name="pendo.js", **members):
    """Build a request for the agent's script."""
    return request("GET", f"https://{host}/agent/static/{key}/{name}", **members)


def webhook(kind="track", *, host=HOST, key=KEY, received_at=TIME + 1000, **members):
    """Build a call of Segment's webhook."""
    call = {"type": kind, "messageId": "m-1", "userId": "ada", "timestamp": "2026-11-22T19:35:01.244Z"}
    if kind == "track":
        call |= {"event": "Order Completed", "properties": {"groupId": "acme"}}
    elif kind == "group":
        call |= {"groupId": "acme", "traits": {"plan": "pro"}}
    else:
        call |= {"traits": {"role": "admin"}}
    call = {name: value for name, value in (call | members).items() if value is not ...}
    headers = {"content-type": "application/json"}
    url = f"https://{host}/data/segmentio/{key}"
    return request("POST", url, json.dumps(call), headers=headers, received_at=received_at)


def server_track(*, host=HOST, **members):
    """Build a track event that a server sends."""
    call = {
        "type": "track", "event": "Order Completed", "visitorId": "ada", "accountId": "acme", "timestamp": TIME,
        "properties": {}, "context": {},
    }  # fmt: skip
    return request("POST", f"https://{host}/data/track", json.dumps(call | members), headers=SECRET)


def request(method, url, body="", *, headers=None, received_at=TIME + 20, shown=None, status=None):
    """Build one line of a capture; `events` repeats the decoded events for readers."""
    line = {"method": method, "url": url, "headers": headers or {}, "body": body, "received_at": received_at}
    line |= {} if status is None else {"status": status}
    return line | ({} if shown is None else {"events": shown})


def judged(lines):
    """Judge the requests of a recording."""
    return [judge_entry(read_request(line, f"line {number}")) for number, line in enumerate(lines, 1)]


def findings(*lines, settings=ALL_RULES):
    """Return the findings of all rules about a recording, one for each group of equal findings."""
    report = check_requests(judged(lines), settings=settings)
    return [group.first for group in report.findings if group.first.contract == RULES_CONTRACT]


def broken_rules(*lines, notes=False):
    """Return the names of the rules that report errors or warnings, and with `notes` also those that report notes."""
    return {finding.rule for finding in findings(*lines) if notes or finding.severity != "note"}


def schema_errors(*lines):
    """Return the messages of broken schemas."""
    return [
        f"{violation.contract} {violation.pointer} {violation.message}"
        for one in judged(lines)
        for verdict in one.verdicts
        for violation in verdict.violations
    ]
