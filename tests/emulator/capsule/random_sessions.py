"""Builds random recordings of browser sessions, full of personal data in all places, with the list of that data."""

import base64
import json
import random
import zlib
from urllib.parse import quote

from pendo_contracts.wire import jzb
from tests.emulator.capsule.random_person import Person
from tests.emulator.inspection.har_kit import SNIPPET, Session

REASONS = (
    "net::ERR_NAME_NOT_RESOLVED", "net::ERR_CONNECTION_RESET", "net::ERR_BLOCKED_BY_CLIENT", "csp", "mixed-content",
    "net::ERR_ABORTED", "", "The server of {host} could not be found by {name}", "NS_ERROR_UNKNOWN_HOST",
    "net::ERR_CERT_COMMON_NAME_INVALID", "blocked:other",
)  # fmt: skip
POLICIES = (
    "", "default-src 'self'; img-src {origin} https://data.pendo.io; connect-src *", "script-src 'nonce-{name}' 'self'",
    "connect-src https://*.{host} https://cdn.pendo.io/agent/static/; report-uri https://{host}/{name}",
)  # fmt: skip


class RandomSession(Session):
    """A random session; `har()` gives the recording, `person` the data in it."""

    def __init__(self, rng):
        self.rng = rng
        self.person = person = Person(rng)
        page = f"https://{rng.choice(('app.', ''))}{person.host}/{quote(person.first)}/orders"
        page += f"?mail={quote(person.mail)}#{person.last}"
        hosts = (
            "https://cdn.pendo.io",
            "https://cdn.eu.pendo.io",
            f"https://content.{person.host}",
            "https://cdn.pendo.eu",
        )
        datas = (
            "https://data.pendo.io",
            "https://data.eu.pendo.io",
            f"https://data.{person.host}",
            "https://app.pendo.io",
        )
        super().__init__(page, rng.choice(hosts), rng.choice(datas))
        self.key, self.visitor, self.account = person.key, person.id, rng.choice((person.account, ""))
        self.visitor_fields, self.account_fields = person.traits(), person.traits()
        steps = (
            self.page_load, self.usual_page, self.identify, self.switch, self.track_something, self.call_webhook,
            self.other_traffic, self.broken_jzb, self.post_events, self.log, self.segment, self.server_call,
            self.replay,
            self.misplaced, self.guide_gif, self.full_request,
        )  # fmt: skip
        self.page_load()
        for _ in range(rng.randrange(2, 9)):
            rng.choice(steps)()
        self.decorate()

    def answer(self):
        rng = self.rng
        if rng.random() < 0.7:
            return {}
        status = rng.choice((0, 0, 400, 403, 404, 429, 451, 500, 503))
        reason = rng.choice(REASONS).format(host=self.person.host, name=self.person.name)
        return {"status": status, "reason": reason if status == 0 else ""}

    def page_load(self):
        rng, person = self.rng, self.person
        policy = rng.choice(POLICIES).format(host=person.host, name=person.cookie, origin=f"https://{person.host}")
        text = SNIPPET.replace("KEY", person.key).replace("u-1", person.id)
        text = f"<title>{person.name}</title>{text}<p>{person.mail} consent</p>" * rng.choice((1, 1, 2))
        self.open(rng.choice((text, text, f"<p>{person.name}</p>")), policy)
        self.script(**self.answer())

    def usual_page(self):
        self.visitor = self.person.variant()
        self.usual(**self.answer())

    def identify(self):
        props = {"old_visitor_id": "_PENDO_T_abc12345678", "old_account_id": None, "visitor_id": self.visitor}
        self.beacon([self.event("identify", props=props | {"account_id": self.account or None})], **self.answer())

    def switch(self):
        self.visitor = self.person.make_id()
        self.meta().send_track(f"Order of {self.person.last}", self.person.traits())

    def track_something(self):
        rng, person = self.rng, self.person
        name = rng.choice(("Order Placed", f"Signed up {person.name}", person.mail))
        properties = person.traits() | rng.choice(
            ({}, {"filler": person.street * 30}, {"__x__": 1, "x" * 40: person.id})
        )
        self.send_track(name, properties, **self.answer())

    def send_track(self, name, properties, **answer):
        """Send a track event with properties of any name."""
        event = self.event("track", track_event_name=name, props=properties)
        return self.beacon([event], **answer, track=True)

    def call_webhook(self):
        person, rng = self.person, self.rng
        self.visitor = person.id
        call = rng.choice((
            {"type": "track", "event": "Order Placed", "properties": person.traits()},
            {"type": "identify", "traits": person.traits()},
            {"type": "group", "groupId": person.account, "traits": person.traits()},
        ))  # fmt: skip
        who = rng.choice(
            ({"userId": person.id}, {"anonymousId": person.cookie}, {"userId": None, "anonymousId": person.cookie})
        )
        self.webhook(**call, **who, context={"ip": "93.184.216.34", "page": {"url": self.page}})

    def other_traffic(self):
        person, rng = self.person, self.rng
        url = f"https://api.{person.host}/users/{quote(person.id)}?session={person.cookie}"
        body = json.dumps({"mail": person.mail, "token": person.cookie})
        self.add(
            url, rng.choice((200, 302, 404)), kind="fetch", method="POST", body=body, text=body, mime="application/json"
        )

    def broken_jzb(self):
        person, rng = self.person, self.rng
        text = json.dumps([{"visitor_id": person.id, "mail": person.mail}])
        packed, other = jzb.pack(text), base64.urlsafe_b64encode(person.mail.encode()).decode().rstrip("=")
        broken = rng.choice((
            packed[:-7], packed + "+", packed + "A" * 5, other,
            jzb.pack(text[:-3]), jzb.pack("{}"), "",
        ))  # fmt: skip
        self.add(f"{self.data_host}/data/ptm.gif/{self.key}?v={self.version}&ct={self.time}&jzb={broken}", kind="image")

    def post_events(self):
        events = [
            self.event("track", track_event_name=self.person.company, props=self.person.traits()) for _ in range(3)
        ]
        packed = jzb.encode(events)
        size = len(packed) + self.rng.choice((0, 0, 0, 7))
        url = f"{self.data_host}/data/ptm.gif/{self.key}?v={self.version}&ct={self.time}&s={size}&type=track"
        body = json.dumps({"events": packed}) if self.rng.random() < 0.9 else f'{{"events": "{self.person.mail}'
        self.add(url, kind="fetch", method="POST", body=body, **self.answer())

    def full_request(self):
        """Send as many words as the agent puts into one GET."""
        rng = self.rng
        words = "the customer opened a page with many products and ordered some of them".split()  # noqa: SIM905
        properties, packed = {}, ""
        while True:
            properties[f"field{len(properties)}"] = " ".join(rng.choices(words, k=5)) + f" {self.person.first}"
            event = self.event("track", track_event_name="Report", props=properties)
            if len(jzb.encode([event])) > 1_900:
                break
            packed = jzb.encode([event])
        query = f"v={self.version}&ct={self.time}&jzb={packed}&type=track"
        self.add(f"{self.data_host}/data/ptm.gif/{self.key}?{query}", kind="image")

    def log(self):
        person, rng = self.person, self.rng
        message = rng.choice(
            ("Single item is: 70001. Dropping.", f"cannot read {person.mail}", quote(f"é {person.name}"))
        )
        self.add(
            f"{self.data_host}/data/log.gif/{self.key}?msg={message}v{self.version}&version={self.version}",
            kind="image",
        )
        error = rng.choice((f"TypeError at https://{person.host}/{person.last}.js:1:2", jzb.encode([person.traits()])))
        body = json.dumps({"error": error, "version": f"v{self.version}", "visitorId": person.id})
        self.add(f"{self.data_host}/data/errorlog?apiKey={self.key}", kind="fetch", method="POST", body=body)

    def segment(self):
        person, rng = self.person, self.rng
        settings = {
            "integrations": rng.choice(
                ({"Pendo Web (Actions)": {}, person.company: {}}, {person.company: {"apiKey": person.key}})
            )
        }
        self.add(
            f"https://cdn.segment.com/v1/projects/{person.key}/settings",
            text=json.dumps(settings),
            mime="application/json",
        )
        call = {
            "type": "identify",
            "userId": person.id,
            "traits": person.traits(),
            "writeKey": person.key,
            "messageId": "m",
        }
        self.add("https://api.segment.io/v1/i", method="POST", kind="fetch", body=json.dumps(call))

    def server_call(self):
        person = self.person
        body = {
            "type": "track",
            "event": "Paid",
            "visitorId": person.id,
            "accountId": person.account,
            "timestamp": self.time,
        }
        self.add(
            f"{self.data_host}/data/track",
            method="POST",
            kind="fetch",
            body=json.dumps(body | {"properties": person.traits()}),
        )
        self.entries[-1]["request"]["headers"].append({"name": "x-pendo-integration-key", "value": person.cookie})

    def replay(self):
        person = self.person
        content = {"type": "recording", "visitorId": person.id, "recordingPayload": [{"data": {"text": person.name}}]}
        self.add(
            f"{self.data_host}/data/rec/{self.key}?v={self.version}&recordingId={person.cookie}&ct={self.time}",
            method="POST",
            body="",
        )
        raw = zlib.compress(json.dumps(content).encode())
        posted = {"mimeType": "application/octet-stream", "encoding": "base64", "text": base64.b64encode(raw).decode()}
        self.entries[-1]["request"]["postData"] = self.rng.choice(
            (posted, {"mimeType": "", "text": f"{person.mail}\ufffd"})
        )

    def misplaced(self):
        person = self.person
        jzb_ = jzb.encode([self.event("load")])
        url = f"https://{person.host}/{person.last}/data.{person.host}/data/ptm.gif/{self.key}?v={self.version}&jzb={jzb_}"
        self.add(url, self.rng.choice((404, 200)), kind="image", mime="text/html", text=f"<p>{person.name}</p>")
        self.add(f"{self.data_host}/data/ptn.gif/{self.key}?mail={person.mail}", 404, kind="image")

    def guide_gif(self):
        props = {"guide_id": self.person.cookie, "guide_step_id": self.person.key, "text": self.person.name}
        packed = jzb.encode([self.event("guideSeen", props=props)])
        account = base64.urlsafe_b64encode(self.person.account.encode()).decode().rstrip("=")
        query = f"v={self.version}&ct={self.time}&jzb={packed}&acc={account}&source={self.person.company}"
        self.add(f"{self.data_host}/data/guide.gif/{self.key}?{query}", kind="image", **self.answer())

    def decorate(self):
        """Add personal data where recorders write it, and no rule reads it."""
        person = self.person
        for entry in self.entries:
            entry["comment"] = f"{person.name} clicked" if entry["response"]["status"] else ""
            entry["serverIPAddress"], entry["connection"] = "10.20.30.40", person.cookie
            entry["_initiator"] = {"type": "script", "url": self.page, "stack": person.name}
            entry["_webSocketMessages"] = [{"data": person.mail}]
            entry["request"]["cookies"] = [{"name": "session", "value": person.cookie}]
            entry["request"]["headers"] += [
                {"name": "Cookie", "value": f"s={person.cookie}"},
                {"name": "X-User", "value": person.id},
            ]
            entry["request"]["queryString"] = [{"name": "mail", "value": person.mail}]
            entry["response"]["headers"] += [
                {"name": "Set-Cookie", "value": f"s={person.cookie}"}, {"name": "Location", "value": self.page},
            ]  # fmt: skip

    def har(self):
        pages = [{"id": "page_1", "title": self.person.name, "startedDateTime": "2026-11-30T09:00:00.000Z"}]
        log = super().har()["log"]
        return {"log": {**log, "comment": self.person.mail, "pages": pages, "_console": [self.person.name]}}


def random_recording(seed):
    """Return a name, the text of a recording, and the personal data in it: a HAR, or a capture for each fourth seed."""
    rng = random.Random(seed)
    session = RandomSession(rng)
    har = session.har()
    if seed % 4:
        return (
            "session.har",
            json.dumps(har, ensure_ascii=seed % 2 == 0).encode("utf-8", "surrogatepass"),
            session.person.values,
        )
    lines = [capture_line(entry, session.time) for entry in har["log"]["entries"]]
    return "session.ndjson", "\n".join(map(json.dumps, lines)).encode(), session.person.values


def capture_line(entry, received_at):
    request = entry["request"]
    line = {
        "method": request["method"],
        "url": request["url"],
        "headers": {header["name"]: header["value"] for header in request["headers"]},
        "received_at": received_at,
        "body": request.get("postData", {}).get("text", ""),
    }
    if request.get("postData", {}).get("encoding"):
        line["body_base64"] = line.pop("body")
    if entry["response"]["status"]:
        line["status"] = entry["response"]["status"]
    return line
