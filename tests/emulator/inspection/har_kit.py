"""Builds small HAR recordings of browser sessions with Pendo, one request after the other."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from pendo_contracts.wire import jzb
from pendo_emulator.inspection.inspect_recording import inspect_recording

KEY = "0e0e0e0e-0000-4000-8000-0000000000aa"
START = 1_795_000_000_000
SNIPPET = """<script>(function(p){p._q=[]})(window.pendo={});
var s=document.createElement('script');s.src='https://cdn.pendo.io/agent/static/KEY/pendo.js';
pendo.initialize({visitor: {id: 'u-1'}, account: {id: 'a-1'}});</script>"""
FRAME = "frame00000000001"


class Session:
    """A session of one browser tab; each method adds an entry, `wait` lets time pass."""

    def __init__(self, page="https://app.shop.test/home", script="https://cdn.pendo.io", data="https://data.pendo.io"):
        self.page, self.script_host, self.data_host = page, script, data
        self.version = "2.291.4_prod"
        self.key = KEY
        self.entries = []
        self.time = START
        self.sequence = 0
        self.visitor, self.account = "u-1", "a-1"
        self.visitor_fields, self.account_fields = {"role": "buyer"}, {"plan": "pro"}
        self.frame = FRAME

    def wait(self, milliseconds):
        self.time += milliseconds
        return self

    def add(self, url, status=200, reason="", kind="xhr", method="GET", text="", mime="", headers=(), body=None):
        """Add an entry; a status of 0 with a reason is a failure as Chromium's developer tools write it."""
        self.time += 20
        started = datetime.fromtimestamp(self.time / 1000, UTC).isoformat(timespec="milliseconds")
        request = {
            "method": method,
            "url": url,
            "headers": [{"name": "Referer", "value": self.page}] if kind != "document" else [],
        }
        if body is not None:
            request["postData"] = {"mimeType": "application/json", "text": body}
        response = {
            "status": status,
            "statusText": "",
            "headers": [{"name": name, "value": value} for name, value in headers],
            "content": {"mimeType": mime, "text": text},
        }
        if status == 0:
            response["_error"] = reason
        entry = {"startedDateTime": started, "time": 10, "_resourceType": kind, "pageref": "page_1"}
        self.entries.append({**entry, "request": request, "response": response})
        return self

    def open(self, text=SNIPPET, policy=""):
        """Open the page."""
        headers = [("Content-Security-Policy", policy)] if policy else []
        self.frame = f"frame{len(self.entries):011}"
        self.sequence = 0
        return self.add(self.page, kind="document", text=text, mime="text/html", headers=headers)

    def script(self, status=200, reason="", mime="text/javascript", host=None):
        """Load the agent's script."""
        host = self.script_host if host is None else host
        url = f"{host}/agent/static/{self.key}/pendo.js"
        return self.add(url, status, reason, kind="script", mime=mime)

    def event(self, kind, **members):
        """Return an event of the agent."""
        event = {
            "type": kind,
            "browser_time": self.time,
            "visitor_id": self.visitor,
            "account_id": self.account or None,
            "url": self.page,
            "props": {},
            "frameId": self.frame,
            "sequence": self.sequence,
            **members,
        }
        self.sequence += 1
        return event

    def metadata(self):
        """Return what the agent says of visitor and account."""
        return {
            "visitor": {"id": self.visitor, **self.visitor_fields, "language": "en_US"},
            "account": {"id": self.account or None, **(self.account_fields if self.account else {})},
            "parentAccount": {},
            "version": self.version,
        }

    def beacon(self, events, status=200, reason="", retry=0, *, track=False):
        """Send events with ptm.gif."""
        query = f"v={self.version}&ct={self.time}&jzb={jzb.encode(events)}"
        query += "&type=track" * track + (f"&rt={retry}" if retry else "")
        return self.add(f"{self.data_host}/data/ptm.gif/{self.key}?{query}", status, reason, kind="image")

    def meta(self, status=200, reason="", retry=0):
        """Send the events of a page's start."""
        return self.beacon([self.event("meta", props=self.metadata()), self.event("load")], status, reason, retry)

    def track(self, name="Order Placed", status=200, reason="", **properties):
        """Send a track event."""
        event = self.event("track", track_event_name=name, props=properties)
        return self.beacon([event], status, reason, track=True)

    def guides(self, status=200, reason="", text='{"guides":[]}'):
        """Ask for guides."""
        asked = {
            "visitorId": self.visitor,
            "accountId": self.account or None,
            "oldVisitorId": None,
            "url": self.page,
            "metadata": self.metadata(),
        }
        query = f"id=17&jzb={jzb.encode(asked)}&v={self.version}&ct={self.time}"
        url = f"{self.data_host}/data/guide.json/{self.key}?{query}"
        return self.add(url, status, reason, text=text, mime="application/json")

    def webhook(self, status=200, **call):
        """Send a webhook call of Segment."""
        timestamp = datetime.fromtimestamp(self.time / 1000, UTC).isoformat()
        body = json.dumps({"timestamp": timestamp, "messageId": f"m-{len(self.entries)}", **call})
        return self.add(f"{self.data_host}/data/segmentio/{self.key}", status, kind="fetch", method="POST", body=body)

    def api(self, method, path, status=200, text="", region="", *, has_key=True):
        """Send a request of a client to the Engage API."""
        self.add(f"https://app.{region}pendo.io/api/v1/{path}", status, kind="", method=method, text=text)
        self.entries[-1]["request"]["headers"] = [{"name": "X-Pendo-Integration-Key", "value": "k"}] * has_key
        return self

    def usual(self, **answer):
        """Add the requests of a page in which the data host gives one answer to everything."""
        return self.meta(**answer).guides(**answer).wait(1_000).track(**answer, total=3)

    def har(self):
        """Return the recording."""
        return {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "1"}, "entries": self.entries}}


def inspect(session, folder, name="session.har"):
    """Return the inspection of a session, or of a HAR document."""
    file = folder / name
    har = session if isinstance(session, dict) else session.har()
    file.write_text(json.dumps(har), "utf-8")
    return inspect_recording(file)


def slugs(inspection):
    """Return the names of the proved causes."""
    return [cause.slug for cause in inspection.causes]
