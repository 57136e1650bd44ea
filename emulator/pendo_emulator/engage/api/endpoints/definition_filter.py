"""The query parameters of lists: `id`, `appId` and `expand`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import request

from pendo_emulator.engage.api.answers import bad_request
from pendo_emulator.engage.sources.default_app import DEFAULT_APP

if TYPE_CHECKING:
    from collections.abc import Iterable

# The kinds of apps that include the only one, which is a web application.
_EXPANDED: Final = frozenset({"*", "web"})


def select_definitions(definitions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the definitions that the query of the current request selects.

    `id` has one or more ids with commas (documented). `appId` selects an app, `expand` all apps or a kind of them; the
    two exclude each other (observed). Without both, all definitions are listed: an emulated key has one app unless its
    definitions say otherwise (assumed). An app or a kind without definitions gives an empty list (assumed).
    """
    query = request.args
    if query.get("appId") and query.get("expand"):
        raise bad_request("appId and expand cannot be combined")
    found = list(definitions)
    if (ids := query.get("id")) is not None:
        wanted = {id_.strip() for id_ in ids.split(",")}
        found = [one for one in found if one.get("id") in wanted]
    if apps := query.get("appId"):
        chosen = {app.strip() for app in apps.split(",")}
        found = [one for one in found if str(one.get("appId", DEFAULT_APP)) in chosen]
    if kinds := query.get("expand"):
        found = found if _EXPANDED & {kind.strip() for kind in kinds.split("|")} else []
    return found
