"""Trail: the last two pages of a tab, by which a visitor who turns back at once is found out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_STORED: Final = "previous_page_loads"
_WITHIN: Final = 7000


class Trail:
    """The pages loaded last, in sessionStorage."""

    def __init__(self, session: MutableMapping[str, str]) -> None:
        self._session = session

    def follow(self, url: str, time: int) -> bool:
        """Add a page; tell whether it turns back to the page before the last within 7 seconds."""
        loads = json.loads(self._session.get(_STORED, "[]"))
        turned = (
            len(loads) == 2 and loads[0]["url"] == url != loads[1]["url"] and time - loads[1]["browser_time"] <= _WITHIN
        )
        recent = [*loads[-1:], {"url": url, "browser_time": time}]
        self._session[_STORED] = json.dumps(recent, ensure_ascii=False, separators=(",", ":"))
        return turned
