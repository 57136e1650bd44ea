"""The settings of Pendo Web (Actions)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.wire.region import REGIONS
from pendo_destination.javascript.values import UNDEFINED, text, truthy
from pendo_destination.runtime.definition import Field

if TYPE_CHECKING:
    from collections.abc import Mapping

# The region is the URL of a content host; the setting offers four of the seven (observed in published code).
REGION_CHOICES: Final = tuple(
    f"https://{region.content_host}" for region in REGIONS.values() if "actions" in region.offered_by
)

SETTINGS: Final[Mapping[str, Field]] = {
    "apiKey": Field("Pendo API Key", "password", required=True, format="key"),
    "region": Field("Region", "string", required=True, default=REGION_CHOICES[0], choices=REGION_CHOICES),
    "cnameContentHost": Field("CNAME content host", "string", format="host"),
    "disableUserTraitsOnLoad": Field("Disable passing Segment's user traits to Pendo on start up", "boolean"),
    "disableGroupIdAndTraitsOnLoad": Field(
        "Disable passing Segment's group id and group traits to Pendo on start up", "boolean"
    ),
}


def script_url(settings: Mapping[str, Any]) -> str:
    """Return the URL of the snippet's script.

    A CNAME without a lower-case `http:` or `https:` gets `https://`; nothing is trimmed or escaped (observed in
    published code).
    """
    cname = settings.get("cnameContentHost", UNDEFINED)
    if truthy(cname):
        host = text(cname)
        base = host if host.startswith(("http:", "https:")) else f"https://{host}"
    else:
        base = text(settings.get("region", UNDEFINED))
    return f"{base}/agent/static/{text(settings.get('apiKey', UNDEFINED))}/pendo.js"
