"""Requests of each way in: the agent, Segment's webhook and a server."""

import json

from pendo_contracts.judge import judge_request
from pendo_contracts.wire.envelope import Envelope
from tests.emulator.recorder.sample_requests import LOAD, TRACK, beacon

AGENT = {name: TRACK[name] for name in TRACK if name not in {"track_event_name", "type", "props"}}


def load(visitor, **members):
    return beacon(LOAD | {"visitor_id": visitor} | members)


def meta(visitor, account=None, *, parent=None, account_fields=None, **fields):
    """Return a beacon with the metadata of a visitor, an account and a parent account."""
    props = {
        "visitor": {"id": visitor, "language": "en", **fields}, "account": {"id": account, **(account_fields or {})},
        "parentAccount": parent or {}, "date": "30/11/2026", "version": "2.291.4_prod",
    }  # fmt: skip
    return beacon({**AGENT, "type": "meta", "visitor_id": visitor, "account_id": account, "props": props})


def identify(visitor, before, account=None):
    """Return the beacon that the agent sends when an anonymous visitor becomes known."""
    props = {"old_visitor_id": before, "old_account_id": None, "visitor_id": visitor, "account_id": account}
    return beacon({**AGENT, "type": "identify", "visitor_id": visitor, "account_id": account, "props": props})


def webhook(**members):
    """Return one call of Segment's webhook."""
    return _post("http://app.pendo.io/data/segmentio/k", {"timestamp": "2026-11-30T10:00:00Z", **members})


def server_track(visitor, account=None, **members):
    """Return one call of /data/track; its secret is the key k."""
    event = {"type": "track", "event": "Paid", "visitorId": visitor, "accountId": account, "timestamp": 1795376101999}
    return _post("http://data.pendo.io/data/track", event | members)


def _post(url, document):
    host = url.split("/")[2]
    headers = {"host": host, "content-type": "application/json", "x-pendo-integration-key": "k"}
    return judge_request(Envelope("POST", url, headers, json.dumps(document).encode(), 9))
