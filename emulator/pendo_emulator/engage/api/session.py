"""What a view of the Engage API works with: the API key behind the integration key, and the emulator's data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import msgspec
from flask import current_app, g, request

from pendo_contracts.wire.region import locate
from pendo_emulator.addresses import ENGAGE_PREFIX, KEY_HEADER
from pendo_emulator.engage.api.answers import EngageError, bad_request
from pendo_emulator.engage.store.deletions import Deletions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.engage.rows.row_settings import RowSettings
    from pendo_emulator.engage.sources.key_sources import KeySources
    from pendo_emulator.engage.store.deletions import Deleted
    from pendo_emulator.engage.store.integration_keys import Integration
    from pendo_emulator.recorder.recorder import Recorder

# Pendo's limit for one question (documented).
MAX_SECONDS: Final = 300.0
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Questions that are posted, by their route: a pipeline, and exports.
_AGGREGATION: Final = "aggregation"
_POSTED_QUESTIONS: Final = frozenset({
    _AGGREGATION, "segment/<part:id_>/visitors", "guide/<part:id_>/experiment/export",
})  # fmt: skip
_WRONG_KEY: Final = (
    f"the header {KEY_HEADER} has no integration key of this emulator: GET /_emulator/keys/<key>/engage shows the keys"
)
_READ_ONLY: Final = "this integration key is read-only: use the key with write access"
_NEEDS_WRITE: Final = "aggregations need the key with write access: the subscription says so (aggregation_needs_write)"


def authenticate() -> None:
    """Find the API key behind the integration key of the current request.

    Raises EngageError with the status 403 and no text if the key is missing or unknown (observed), if it belongs to
    another region than the host (assumed), or if it only reads and the request changes something (assumed).
    """
    found = recorder().integration_keys.find(request.headers.get(KEY_HEADER, ""))
    if found is None:
        raise EngageError(403, note=_WRONG_KEY)
    g.integration = found
    _check_region(recorder().settings.get(found.api_key).subscription.region)
    if not found.can_write:
        _check_reading(request.method, request.url_rule.rule if request.url_rule else "")


def _check_region(own: str | None) -> None:
    """Refuse a key of one region on the app host of another one: it is unknown there (assumed)."""
    asked = locate(urlsplit(g.envelope.url).netloc).region
    if own and asked and asked.name != own:
        raise EngageError(
            403, note=f"the integration key belongs to region {own}: region {asked.name} does not know it"
        )


def _check_reading(method: str, route: str) -> None:
    """Refuse a request that changes something; an id that a client chooses is no part of a route."""
    question = route.partition(ENGAGE_PREFIX)[2]
    if method not in _READING and not (method == "POST" and question in _POSTED_QUESTIONS):
        raise EngageError(403, note=_READ_ONLY)
    if question == _AGGREGATION and settings().get("aggregation_needs_write"):
        raise EngageError(403, note=_NEEDS_WRITE)


def recorder() -> Recorder:
    """Return the recorder of the current application."""
    found: Recorder = current_app.extensions["recorder"]
    return found


def integration() -> Integration | None:
    """Return what the integration key of the current request opens, None before it is known."""
    found: Integration | None = g.get("integration")
    return found


def api_key() -> str:
    """Return the API key whose data the current request reads or writes."""
    found: str = g.integration.api_key
    return found


def sources() -> KeySources:
    """Return the rows of the current API key; they contain every exchange that was recorded before."""
    from pendo_emulator.engage.sources.key_sources import KeySources  # noqa: PLC0415 - SQLAlchemy is slow to load

    recorder().profiles.catch_up.catch_up(api_key(), MAX_SECONDS)
    return KeySources(recorder(), api_key(), recorder().now())


def settings() -> Mapping[str, Any]:
    """Return the settings of the Engage API for the current API key."""
    return recorder().settings.get(api_key()).subscription.engage


def deleted() -> Deleted:
    """Return the deleted visitors and accounts of the current API key."""
    days = row_settings().deleted_after_days
    return Deletions(recorder().engage_objects, api_key(), days).deleted(recorder().now())


def row_settings() -> RowSettings:
    """Return the settings that decide about the rows of the current API key."""
    return recorder().profiles.catch_up.row_settings(api_key())


def json_body() -> Any:
    """Return the JSON of the body; raise EngageError with the status 400 if it is not JSON."""
    try:
        return msgspec.json.decode(request.get_data())
    except (ValueError, RecursionError) as error:
        raise bad_request("Cannot parse JSON", f"the body is not JSON: {error}") from error
