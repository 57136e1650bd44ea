"""The definitions of pages, features and track types: their documents, and which of them an event belongs to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_emulator.engage.sources.default_app import DEFAULT_APP
from pendo_emulator.engage.sources.page_rules import matches_rule
from pendo_emulator.engage.sources.selectors import UnknownSelectorError, matches_selector
from pendo_emulator.engage.store.segments import object_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pendo_emulator.engage.rows.event_row import TrackType
    from pendo_emulator.engage.sources.event_columns import Objects

PAGE: Final = "page"
FEATURE: Final = "feature"
TRACK_TYPE: Final = "trackType"

# The user that made a definition (form observed, values made up by the emulator).
_USER: Final = {"id": "", "username": "", "first": "", "last": "", "role": 0, "userType": ""}
_GROUP: Final = {"id": "", "name": "", "description": "", "color": "", "length": 0, "items": []}


def definition(kind: str, id_: str, name: str, at: int) -> dict[str, Any]:
    """Return the members that all definitions have (documented); `at` is the time of creation."""
    return {
        "id": id_, "name": name, "kind": kind, "appId": DEFAULT_APP, "appIds": [DEFAULT_APP], "group": dict(_GROUP),
        "createdAt": at, "createdByUser": dict(_USER), "lastUpdatedAt": at, "lastUpdatedByUser": dict(_USER),
        "rootVersionId": id_, "stableVersionId": f"{id_}-{at}", "isCoreEvent": False, "isSuggested": False,
        "suggestedName": "", "validThrough": at, "dirty": False, "dailyMergeFirst": at, "dailyRollupFirst": at,
    }  # fmt: skip


def page(name: str, rules: Iterable[str], at: int, id_: str | None = None) -> dict[str, Any]:
    """Return the document of a page with rules for its URL."""
    kept = [{"rule": rule, "designerHint": rule, "parsedRule": rule} for rule in rules]
    document = definition("Page", id_ or object_id(PAGE, str(DEFAULT_APP), name), name, at)
    return document | {"rules": kept, "rulesjson": json.dumps(kept)}


def feature(name: str, selectors: Iterable[str], at: int, id_: str | None = None, page_id: str = "") -> dict[str, Any]:
    """Return the document of a feature with CSS selectors; with a page, only on this page."""
    document = definition("Feature", id_ or object_id(FEATURE, str(DEFAULT_APP), name), name, at)
    return document | {
        "elementPathRules": list(selectors), "appWide": not page_id, "pageId": page_id,
        "eventPropertyConfigurations": [], "elementInitialTag": "", "elementSelectionType": "", "suggestedMatch": "",
    }  # fmt: skip


def track_type(found: TrackType) -> dict[str, Any]:
    """Return the document of a track type; its id follows from its name (assumed)."""
    id_ = track_type_id(found.name)
    return definition("TrackType", id_, found.name, found.first) | {
        "trackTypeName": found.name, "trackTypeRules": [found.name],
        "eventPropertyNameList": list(found.properties) or None,
    }  # fmt: skip


def track_type_id(name: str) -> str:
    """Return the id of the track type of a name."""
    return object_id(TRACK_TYPE, str(DEFAULT_APP), name)


def track_objects(detail: str) -> Objects:
    """Return the track type of a stored row, with its properties."""
    name, properties = json.loads(detail)
    return ((track_type_id(name), properties),)


def page_objects(pages: Iterable[Mapping[str, Any]]) -> Callable[[str], Objects]:
    """Return a function that finds the pages of a URL: an event counts in each page that matches (documented)."""
    rules = [(str(one["id"]), _page_rules(one)) for one in pages]

    def find(url: str) -> Objects:
        return tuple((id_, {}) for id_, wanted in rules if any(matches_rule(rule, url) for rule in wanted))

    return find


def feature_objects(
    features: Iterable[Mapping[str, Any]], pages: Iterable[Mapping[str, Any]]
) -> Callable[[str], Objects]:
    """Return a function that finds the features of a click."""
    wanted = [(str(one["id"]), _selectors(one), str(one.get("pageId") or "")) for one in features]
    find_pages = page_objects(pages)

    def find(detail: str) -> Objects:
        url, chain = json.loads(detail)
        on_pages = {id_ for id_, _ in find_pages(url)}
        return tuple(
            (id_, {}) for id_, selectors, page_id in wanted
            if not page_id or page_id in on_pages
            if any(_matches(selector, chain) for selector in selectors)
        )  # fmt: skip

    return find


def _matches(selector: str, chain: list[Any]) -> bool:
    try:
        return matches_selector(selector, chain)
    except UnknownSelectorError:
        return False


def _page_rules(document: Mapping[str, Any]) -> list[str]:
    """Return the rules of a page: as texts, or as Pendo's objects with the member `rule`."""
    rules = document.get("rules")
    found = [rule.get("rule") if isinstance(rule, dict) else rule for rule in rules] if isinstance(rules, list) else []
    return [rule for rule in found if isinstance(rule, str)]


def _selectors(document: Mapping[str, Any]) -> list[str]:
    rules = document.get("elementPathRules")
    return [rule for rule in rules if isinstance(rule, str)] if isinstance(rules, list) else []
