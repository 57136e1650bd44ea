"""The responses of the control API that deny access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pendo_emulator.response import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_contracts.common.access_policy import AccessPolicy
    from pendo_emulator.response import OutgoingResponse


def check_access(policy: AccessPolicy, headers: Mapping[str, str], method: str) -> OutgoingResponse | None:
    """Return the response that denies a request, or None if it is allowed; header names are lower-case."""
    denial = policy.check(headers, method)
    if denial is None:
        return None
    response = problem(denial.status, denial.message)
    return response.with_headers({"www-authenticate": "Bearer"}) if denial.status == 401 else response
