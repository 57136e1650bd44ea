"""What a view of the Engage API works with: the API key behind the integration key, and the emulator's data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from flask import current_app, g, request

from pendo_emulator.engage.api.answers import EngageError, bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.engage.sources.key_sources import KeySources
    from pendo_emulator.engage.store.integration_keys import Integration
    from pendo_emulator.recorder.recorder import Recorder

KEY_HEADER: Final = "x-pendo-integration-key"
# Pendo's limit for one question (documented).
MAX_SECONDS: Final = 300.0
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# A question that is posted.
_AGGREGATION: Final = "aggregation"
_WRONG_KEY: Final = (
    f"the header {KEY_HEADER} has no integration key of this emulator: GET /_emulator/keys/<key>/engage shows the keys"
)
_READ_ONLY: Final = "this integration key is read-only: use the key with write access"


def authenticate() -> None:
    """Find the API key behind the integration key of the current request.

    Raises EngageError with the status 403 and no text (observed) if the key is missing, unknown, or has no write access
    to a request that changes something.
    """
    found = recorder().integration_keys.find(request.headers.get(KEY_HEADER, ""))
    if found is None:
        raise EngageError(403, note=_WRONG_KEY)
    g.integration = found
    if not found.can_write and request.method not in _READING and request.path.rpartition("/")[2] != _AGGREGATION:
        raise EngageError(403, note=_READ_ONLY)


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


def json_body() -> Any:
    """Return the JSON of the body; raise EngageError with the status 400 if it is not JSON."""
    try:
        return msgspec.json.decode(request.get_data())
    except (ValueError, RecursionError) as error:
        raise bad_request("Cannot parse JSON", f"the body is not JSON: {error}") from error
