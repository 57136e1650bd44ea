"""Control API views of the API's own description: the OpenAPI document, and the same as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint

from pendo_emulator.addresses import OPENAPI_PAGE, OPENAPI_PATH
from pendo_emulator.response import json_response, response

if TYPE_CHECKING:
    from pendo_emulator.response import OutgoingResponse

openapi: Final = Blueprint("openapi", __name__)


@openapi.get(OPENAPI_PATH)
def document() -> OutgoingResponse:
    """Return the OpenAPI 3.1 document of the control API."""
    from pendo_emulator.control.operations import control_api_document  # noqa: PLC0415 - start-up time

    return json_response(control_api_document())


@openapi.get(OPENAPI_PAGE)
def page() -> OutgoingResponse:
    """Return the OpenAPI document as a page for browsers."""
    from pendo_contracts.common.openapi.page import openapi_page, page_policy  # noqa: PLC0415 - start-up time
    from pendo_emulator.control.operations import control_api_document  # noqa: PLC0415 - start-up time

    page = openapi_page(control_api_document(), OPENAPI_PATH).encode()
    return response(page, "text/html; charset=utf-8").with_headers({"content-security-policy": page_policy()})
