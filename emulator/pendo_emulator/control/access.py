"""The responses of the control API that deny access, and the headers of all its responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pendo_emulator.response import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.common.access import AccessPolicy
    from pendo_emulator.response import OutgoingResponse

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def check_access(policy: AccessPolicy, headers: Mapping[str, str]) -> OutgoingResponse | None:
    """Return the response that denies a request, or None if it is allowed; header names are lower-case."""
    denial = policy.check(headers)
    if denial is None:
        return None
    response = problem(denial.status, denial.message)
    return response.with_headers({"www-authenticate": "Bearer"}) if denial.status == 401 else response
