"""The fields of metadata that Pendo itself has, with the types of their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.engage.sources.default_app import DEFAULT_APP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.profiles.profile import Kind

_COMMON: Final = {
    "id": "string", "idhash": "integer", "nid": "integer", "firstvisit": "time", "lastvisit": "time",
    "lastupdated": "time",
}  # fmt: skip
_PENDO: Final = {
    "donotprocess": "boolean", "blacklistguides": "boolean", "designerenabled": "boolean",
    "integrationsource": "string",
}  # fmt: skip
# The group of an application's own values; a minus sign becomes an underscore (documented).
APP_GROUP: Final = f"auto_{DEFAULT_APP}".replace("-", "_")
PER_APP: Final = {"firstvisit": "time", "lastvisit": "time", "lastupdated": "time"}

# By kind and group (documented; the browser fields are observed).
AUTO_FIELDS: Final[Mapping[Kind, Mapping[str, Mapping[str, str]]]] = {
    "visitor": {
        "auto": {
            **_COMMON, "accountid": "string", "accountids": "list", "createdat": "time", "lastbrowsername": "string",
            "lastbrowserversion": "string", "lastoperatingsystem": "string", "lastuseragent": "string",
            "lastservername": "string",
        },
        APP_GROUP: PER_APP,
        "pendo": _PENDO,
    },
    "account": {
        "auto": _COMMON,
        APP_GROUP: PER_APP,
        "pendo": {**_PENDO, "description": "string"},
    },
}  # fmt: skip
