"""The view of Data Sync: new credentials for the export to a cloud storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint

from pendo_emulator.engage.api.answers import bad_request, data, not_found
from pendo_emulator.engage.api.session import json_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.response import OutgoingResponse

data_sync: Final = Blueprint("data_sync", __name__, url_prefix="/datasync/storageTypes/<part:storage>/destinations")

# The members of the body by type of storage (documented).
_MEMBERS: Final[Mapping[str, tuple[str, str]]] = {
    "gcs": ("serviceAccount", "secretKey"),
    "s3": ("accessKeyId", "secretAccessKey"),
    "azure": ("clientId", "clientSecret"),
}
# The only destination that the reference names (documented).
_DESTINATION: Final = "Default"


@data_sync.put("/<part:destination>/credentials")
def set_credentials(storage: str, destination: str) -> OutgoingResponse:
    """Accept new credentials (documented); the empty object of the answer, 400 and 404 are assumed.

    The emulator exports nothing: it checks the credentials' form, does not keep them, and hides them in the record.
    """
    members = _MEMBERS.get(storage)
    if members is None or destination != _DESTINATION:
        known = ", ".join(_MEMBERS)
        raise not_found("Not found", f"the types of storage are {known}, and the destination is {_DESTINATION}")
    body = json_body()
    if type(body) is not dict or not all(type(body.get(name)) is str and body[name] for name in members):
        raise bad_request(f"the body needs {' and '.join(members)}")
    return data({})
