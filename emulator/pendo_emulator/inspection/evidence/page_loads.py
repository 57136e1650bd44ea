"""Remembers the pages of a recording, and finds the page that made a request."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from pendo_contracts.wire.beacon import split_url
from pendo_contracts.wire.region import locate
from pendo_emulator.inspection.reading.recorded_request import origin_of

if TYPE_CHECKING:
    from pendo_emulator.inspection.evidence.case_clock import Moment
    from pendo_emulator.inspection.reading.content_security_policy import Load
    from pendo_emulator.inspection.reading.documents import Document
    from pendo_emulator.inspection.reading.pendo_targets import Target
    from pendo_emulator.inspection.reading.recorded_request import RecordedRequest

MAX_PAGES: Final = 500
MAX_SCRIPTS: Final = 5_000

_NOT_MODIFIED: Final = 304


class PageLoad(NamedTuple):
    """A document of the recording, and when it was asked for."""

    moment: Moment
    url: str
    page: str
    origin: str
    document: Document


class ScriptLoad(NamedTuple):
    """A request for the agent's script."""

    moment: Moment
    page: str
    origin: str
    url: str
    api_key: str
    is_received: bool


class Requester(NamedTuple):
    """What a request says of the page that made it."""

    moment: Moment
    page: str
    referer: str
    url: str


@dataclass(slots=True)
class PageLoads:
    """The documents and scripts of a recording, in the order of the file; `further_pages` counts what is left out."""

    documents: list[PageLoad] = field(default_factory=list)
    scripts: list[ScriptLoad] = field(default_factory=list)
    further_pages: int = 0
    referers: set[str] = field(default_factory=set)
    _index: dict[tuple[str, str], list[PageLoad]] = field(default_factory=dict)
    _indexed: int = 0

    def add_document(self, request: RecordedRequest, moment: Moment) -> None:
        """Add a document that was received."""
        is_redirect = request.status is not None and 300 <= request.status < 400 and request.status != _NOT_MODIFIED
        if request.document is None or not request.status or is_redirect:
            return
        if len(self.documents) < MAX_PAGES:
            origin = origin_of(request.url)
            self.documents.append(PageLoad(moment, request.url, request.page, origin, request.document))
        else:
            self.further_pages += 1

    def add_script(self, request: RecordedRequest, target: Target, moment: Moment) -> None:
        """Add a request for the agent's script, whatever its answer; a redirect is followed by another request."""
        is_redirect = request.status is not None and 300 <= request.status < 400 and request.status != _NOT_MODIFIED
        if len(self.referers) < MAX_PAGES and (page := origin_of(request.referer)):
            self.referers.add(page)
        is_script = target.endpoint == "pendo.js" and request.method == "GET" and not is_redirect
        # The page of a later script is perhaps left out.
        if is_script and len(self.scripts) < MAX_SCRIPTS and not self.further_pages:
            origin = origin_of(request.referer)
            is_received = request.status is None or 200 <= request.status < 300 or request.status == _NOT_MODIFIED
            self.scripts.append(ScriptLoad(moment, request.page, origin, request.url, target.api_key, is_received))

    def pages(self) -> list[PageLoad]:
        """Return the documents in the order of time."""
        return sorted(self.documents, key=lambda page: page.moment)

    def hosts(self) -> set[str]:
        """Return the hosts of the documents, and those of the pages that asked for the script."""
        urls = [*(load.url for load in self.documents), *self.referers]
        return {locate(split_url(url)[0]).host for url in urls}

    def knows_page_of(self, requester: Requester) -> bool:
        """Return whether the page of a request is in the recording, with its headers at least."""
        page = self.page_of(requester)
        return page is not None and origin_of(requester.referer) in {"", page.origin}

    def page_of(self, requester: Requester) -> PageLoad | None:
        """Return the document that most probably made a request: the last one before it with the same origin."""
        origin, page = origin_of(requester.referer), requester.page
        loads = (
            self._loads(page, origin)
            or (self._loads("", origin) if origin else [])
            or ([] if origin else self._loads("", ""))
        )
        if not loads:
            return None
        place = bisect_right(loads, requester.moment.order, key=lambda load: load.moment.order)
        return loads[max(0, place - 1)]

    def _loads(self, page: str, origin: str) -> list[PageLoad]:
        """Return the documents of a page reference and an origin in the order of time; "" means any of them."""
        if self._indexed != len(self.documents):
            self._index.clear()
            for load in self.pages():
                for key in {(load.page, load.origin), (load.page, ""), ("", load.origin), ("", "")}:
                    self._index.setdefault(key, []).append(load)
            self._indexed = len(self.documents)
        return self._index.get((page, origin), [])

    def blocking_directive(self, requester: Requester, load: Load) -> str:
        """Return the directive of the page's policy that stops a request; "" if none does.

        If the recorder kept neither policy nor text of the page, the other pages of the same origin count.
        """
        page = self.page_of(requester)
        if page is None:
            return ""
        if page.document.policies or page.document.has_text:
            return _directive(page, requester.url, load)
        others = self._loads("", page.origin)
        return next(filter(None, (_directive(other, requester.url, load) for other in others)), "")

    def is_secure(self, requester: Requester) -> bool:
        """Return whether the page that made a request is https."""
        if origin := origin_of(requester.referer):
            return origin.startswith("https:")
        page = self.page_of(requester)
        return page is not None and page.origin.startswith("https:")

    def double_loads(self) -> list[tuple[ScriptLoad, ScriptLoad]]:
        """Return pairs of requests for the agent that one page made.

        An iframe of the same origin may load an agent of its own.
        """
        moments = [*(load.moment for load in self.documents), *(script.moment for script in self.scripts)]
        if not all(moment.time for moment in moments):
            return self._double_loads_without_times()
        by_page: dict[Moment, list[ScriptLoad]] = {}
        frames: dict[Moment, int] = {}
        tops = PageLoads([load for load in self.documents if not load.document.is_frame])
        for script in sorted(self.scripts, key=lambda script: script.moment):
            page = tops.page_of(Requester(script.moment, script.page, script.origin, script.url))
            if page is not None and page.moment.order <= script.moment.order:
                by_page.setdefault(page.moment, []).append(script)
        for load in self.documents:
            parent = tops.page_of(Requester(load.moment, load.page, load.origin, load.url))
            if load.document.is_frame and parent is not None:
                frames[parent.moment] = frames.get(parent.moment, 0) + 1
        return [(loads[0], loads[-1]) for page, loads in by_page.items() if len(loads) > 1 + frames.get(page, 0)]

    def _double_loads_without_times(self) -> list[tuple[ScriptLoad, ScriptLoad]]:
        """Return pairs of requests for the agent of a page reference that has fewer documents than such requests."""
        pairs = []
        for page in dict.fromkeys(script.page for script in self.scripts):
            loads = [script for script in self.scripts if script.page == page]
            documents = sum(load.page == page for load in self.documents)
            if documents and len(loads) > documents:
                pairs.append((loads[0], loads[-1]))
        return pairs


def _directive(page: PageLoad, url: str, load: Load) -> str:
    found = (policy.blocking_directive(load, url, page.url) for policy in page.document.policies)
    return next(filter(None, found), "")
