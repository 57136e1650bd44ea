"""The settings of the classic destination: an API key; it has no region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.wire.region import REGIONS
from pendo_destination.javascript.values import text
from pendo_destination.runtime.definition import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

# The name in the integrations object (documented).
NAME: Final = "Pendo"

SETTINGS: Final[Mapping[str, Field]] = {
    "apiKey": Field("Pendo API Key", "password", required=True, default="", format="key")
}


def script_url(settings: Mapping[str, Any]) -> str:
    """Return the script's URL, always on the US content host; nothing is escaped (observed in published code)."""
    return f"https://{REGIONS['io'].content_host}/agent/static/{text(settings['apiKey'])}/pendo.js"
