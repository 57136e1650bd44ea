"""Guides: asks what to show whenever visitor, account, metadata or URL are others, and heeds a refusal."""

from __future__ import annotations

import json
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from pendo_destination.agent.delivery.batch import base64url, compress
from pendo_destination.agent.visitor.identity import is_anonymous
from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.values import UNDEFINED, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_contracts.envelope import Response
    from pendo_destination.agent.components import Parts

URL_LIMIT: Final = 2000
DO_NOT_PROCESS: Final = 451
PROBE_LIFETIME: Final = 4 * 60 * 60 * 1000
PLACEHOLDER_ACCOUNT: Final = "ACCOUNT-UNIQUE-ID"

_PROBED: Final = "guides_blocked"
_REACHED: Final = "0"
_BLOCKED: Final = "1"
_EMPTY: Final = compress("[]")


class Guides:
    """Requests for guides. What they answer shows nowhere here; only a refusal to process the visitor counts."""

    def __init__(self, parts: Parts, on_loaded: Callable[[], None]) -> None:
        self._parts, self._on_loaded = parts, on_loaded
        self._ids = count(17, 2)
        self._turn = 0
        self._asked: tuple[Any, ...] = ()

    def reload(self, url: str = "") -> None:
        """Ask on the next tick, once however often this is called, and only if something is new since last time.

        `url` is where the page is, for a page that may have moved on by then.
        """
        self._turn += 1
        self._parts.timers.after(0, partial(self._reload, self._turn, url))

    def _reload(self, turn: int, url: str) -> None:
        identity, url = self._parts.identity, url or self._parts.location.url
        asked = (url, identity.visitor_id, identity.account_id, self._parts.metadata.hash)
        if turn != self._turn or asked == self._asked or self._parts.config.guides_disabled:
            return
        self._asked = asked
        probed = self._parts.storage.read(_PROBED)
        dropped = self._parts.config.drop_anonymous and is_anonymous(identity.visitor_id)
        if not dropped and probed != _BLOCKED:
            self._load(url, probed)

    def _load(self, url: str, probed: str | None) -> None:
        """Ask, and find out in the same breath whether guide events get through, which is known for 4 hours then."""
        number = str(next(self._ids))
        loaded = self._accept(self._ask(url, number), number)
        found = probed or self._probe()
        if loaded and not probed:
            self._parts.storage.write(_PROBED, found, lifetime=PROBE_LIFETIME)
        if loaded and found == _REACHED:
            self._on_loaded()

    def _ask(self, where: str, number: str) -> Response | None:
        """Ask by GET, or by POST where the URL would be too long or the metadata are signed."""
        config, identity, host = self._parts.config, self._parts.identity, self._parts.host
        account_id = identity.account_id
        packed = compress(self._question(where))
        params = {"id": number, "jzb": packed, "v": config.version, "ct": self._parts.environment.clock()}
        if config.adopt_partner and account_id and account_id != PLACEHOLDER_ACCOUNT:
            params["acc"] = base64url(str(account_id).encode())
        url = host.url("guide.json", config.api_key, params)
        credentials = self._parts.signature.credentials
        if len(url) <= URL_LIMIT and not credentials:
            return host.get(url)
        del params["jzb"]
        return host.post(host.url("guide.json", config.api_key, params), {"events": packed, **credentials})

    def _question(self, where: str) -> str:
        identity = self._parts.identity
        question = {
            "visitorId": identity.visitor_id,
            "accountId": identity.account_id,
            "url": where,
            "oldVisitorId": identity.old_visitor_id,
            "metadata": UNDEFINED if self._parts.config.block_metadata else self._parts.metadata.state,
        }
        return text(stringify(question))

    def _accept(self, answer: Response | None, number: str) -> bool:
        """Tell whether guides could be taken from an answer; lock the data host where it says not to process."""
        if answer is None:
            return False
        said = _read(answer.body)
        members = said if isinstance(said, dict) else {}
        refused = answer.status == DO_NOT_PROCESS or (answer.good and members.get("statusCode") == DO_NOT_PROCESS)
        if refused:
            self._parts.host.locked = True
        foreign = isinstance(members.get("id"), str) and members["id"] != number
        return answer.good and said is not None and not (refused or foreign)

    def _probe(self) -> str:
        """Find out whether guide events get through: any answer will do."""
        params = {"jzb": _EMPTY, "ct": self._parts.environment.clock(), "v": self._parts.config.version}
        answer = self._parts.host.get(self._parts.host.url("guide.gif", self._parts.config.api_key, params))
        return _BLOCKED if answer is None else _REACHED


def _read(body: bytes) -> Any:
    """Read JSON, or text where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return body
