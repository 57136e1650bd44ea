"""The parts that the control API's operations have in common: the API key, and the answers that any request can get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.openapi.document import reference
from pendo_contracts.common.openapi.operation import Answer, Operation, Parameter
from pendo_contracts.wire.beacon import KEY_LIMIT
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.control.parameters import NO_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

BEARER: Final = "bearer"
KEY_PATH: Final = f"{CONTROL_PREFIX}/keys/{{api_key}}"
PROBLEM: Final = "application/problem+json"

_STRING: Final = {"type": "string"}

API_KEY: Final = Parameter(
    "api_key",
    {"type": "string", "minLength": 1, "maxLength": KEY_LIMIT, "pattern": "^[!-.0-~]+$"},
    f"An API key, or `{NO_KEY}` for requests without an API key. A key of other printable characters is accepted too.",
    "path",
)
_BAD_PARAMETER: Final = Answer("A parameter is wrong: the title names it.", reference("Problem"), PROBLEM)
UNAVAILABLE: Final = Answer("The store cannot be used.", reference("Problem"), PROBLEM)
_DENIED: Final = {
    401: Answer(
        "The token is missing or wrong.", reference("Problem"), PROBLEM, {"WWW-Authenticate": {"type": "string"}}
    ),
    403: Answer("The host or the origin is not allowed.", reference("Problem"), PROBLEM),
}


def operation_of(
    method: str,
    path: str,
    tag: str,
    summary: str,
    answers: Mapping[int, Answer],
    parameters: tuple[Parameter, ...] = (),
    body: Mapping[str, Any] | None = None,
) -> Operation:
    """Return an operation with the answers that its parameters and the access policy can cause."""
    bad = {400: _BAD_PARAMETER} if parameters and 400 not in answers else {}
    store = {503: UNAVAILABLE}
    return Operation(
        method, path, tag, summary, {**answers, **bad, **_DENIED, **store},
        parameters=parameters, body=body, security=("", BEARER),
    )  # fmt: skip
