"""Our own paths of the Tracking API's server."""

from __future__ import annotations

from typing import Final

OWN_PREFIX: Final = "/_source"
STATUS_PATH: Final = f"{OWN_PREFIX}/status"
OPENAPI_PATH: Final = "/openapi.json"
OPENAPI_PAGE: Final = "/openapi"
