"""The endpoint table: Pendo's paths, and the contracts of their payloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote

from msgspec import Struct, field

from pendo_contracts.common.caching import cached_for_short_text

if TYPE_CHECKING:
    from collections.abc import Mapping

Carrier = Literal["none", "jzb", "jzb-text", "json", "zlib"]
Shape = Literal["events", "object"]
ANY_TYPE: Final = "*"


class Endpoint(Struct, frozen=True):
    """One path of Pendo.

    `request` is the name of the contract of the request itself. `carrier` says where the payload is: `none`: there is
    no payload; `jzb`: a jzb in the query or in the body's `events`; `jzb-text`: a jzb in the query or as the whole
    body; `json`: the body is JSON; `zlib`: the body is JSON compressed with zlib. `shape` is the type of the decoded
    payload: an array of events or an object. `contracts` has the contract's name for each event type; `*` means every
    other type, and a payload without a type. `secret` is true if requests have a secret in a header instead of an API
    key.
    """

    name: str
    path: str
    methods: frozenset[str]
    request: str
    carrier: Carrier = "none"
    shape: Shape = "object"
    contracts: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False

    def contract(self, event_type: object) -> str | None:
        """Return the contract of an event type, or None for an unknown type."""
        find = self.contracts.get
        return (find(event_type) if type(event_type) is str else None) or find(ANY_TYPE)


_GET = frozenset({"GET", "HEAD"})
_POST = frozenset({"POST"})
_BOTH = _GET | _POST

_PTM: Final = {
    "load": "load",
    "meta": "meta",
    "identify": "identify",
    "track": "track",
    "click": "interaction",
    "focus": "interaction",
    "submit": "interaction",
    "change": "interaction",
    "prompt": "prompt",
}
_SEGMENT: Final = {
    "identify": "segment-identify",
    "group": "segment-group",
    "track": "segment-track",
}
_SERVER_SDK: Final = {
    "agent_trace": "agent-trace",
    "prompt": "agentic-call",
    "agent_response": "agentic-call",
    "user_reaction": "agentic-call",
}


def _any(contract: str) -> Mapping[str, str]:
    return {ANY_TYPE: contract}


# Observed in the published agent; segmentio, track and agentic are documented, agenticsdk was observed in
# published SDKs. The JSONP build of the agent uses guide.js and segmentflag.js.
ENDPOINTS: Final = (
    Endpoint("pendo.js", "/agent/static/{api_key}/pendo.js", _GET, "asset-request"),
    Endpoint("config.json", "/agent/static/{api_key}/config.json", _GET, "asset-request"),
    Endpoint("ptm.gif", "/data/ptm.gif/{api_key}", _BOTH, "beacon-request", "jzb", "events", _PTM),
    Endpoint(
        "agentic.gif", "/data/agentic.gif/{api_key}", _BOTH, "beacon-request", "jzb", "events", _any("agentic-event")
    ),
    Endpoint("guide.gif", "/data/guide.gif/{api_key}", _BOTH, "beacon-request", "jzb", "events", _any("guide-event")),
    Endpoint("poll.gif", "/data/poll.gif/{api_key}", _BOTH, "beacon-request", "jzb", "events", _any("poll-response")),
    Endpoint(
        "guide.json", "/data/guide.json/{api_key}", _BOTH, "object-request", "jzb", contracts=_any("guide-request")
    ),
    Endpoint(
        "segmentflag.json",
        "/data/segmentflag.json/{api_key}",
        _BOTH,
        "object-request",
        "jzb",
        contracts=_any("segment-flags"),
    ),
    Endpoint("guide.js", "/data/guide.js/{api_key}", _GET, "object-request", "jzb", contracts=_any("guide-request")),
    Endpoint(
        "segmentflag.js",
        "/data/segmentflag.js/{api_key}",
        _GET,
        "object-request",
        "jzb",
        contracts=_any("segment-flags"),
    ),
    Endpoint(
        "recordingconf",
        "/data/recordingconf/{api_key}",
        _GET,
        "recordingconf-request",
        "jzb",
        contracts=_any("recording-conf"),
    ),
    Endpoint("rec", "/data/rec/{api_key}", _POST, "rec-request", "zlib", contracts=_any("recording")),
    Endpoint("devlog", "/data/devlog/{api_key}", _BOTH, "devlog-request", "jzb", "events", _any("devlog-event")),
    Endpoint("log.gif", "/data/log.gif/{api_key}", _GET, "log-request"),
    Endpoint("errorlog", "/data/errorlog", _POST, "errorlog-request", "json", contracts=_any("error-log")),
    Endpoint("segmentio", "/data/segmentio/{api_key}", _POST, "json-request", "json", "object", _SEGMENT),
    Endpoint("track", "/data/track", _POST, "json-request", "json", contracts={"track": "server-track"}, secret=True),
    Endpoint("agentic", "/data/agentic", _POST, "json-request", "json", contracts=_any("agentic-call"), secret=True),
    Endpoint(
        "agenticsdk",
        "/data/agenticsdk/{api_key}",
        _BOTH,
        "agenticsdk-request",
        "jzb-text",
        "events",
        _SERVER_SDK,
    ),
)

_BY_NAME: Final = {endpoint.name: endpoint for endpoint in ENDPOINTS}
ASSETS: Final = frozenset({"pendo.js", "config.json"})
_KEYLESS: Final = frozenset({"errorlog", "track", "agentic"})
_KEYED: Final = _BY_NAME.keys() - ASSETS - _KEYLESS


@cached_for_short_text
def find_endpoint(path: str) -> tuple[Endpoint, str] | None:
    """Find the endpoint of a path and the API key in it ("" if the path has none); None for an unknown path.

    Only paths of the content host may have other segments before them, because the content host setting can contain a
    path.
    """
    match path.split("/"):
        case ["", "data", name, api_key] if api_key and name in _KEYED:
            return _BY_NAME[name], unquote(api_key)
        case ["", "data", name] if name in _KEYLESS:
            return _BY_NAME[name], ""
        case ["", *_, "agent", "static", api_key, name] if api_key and name in ASSETS:
            return _BY_NAME[name], unquote(api_key)
        case _:
            return None
