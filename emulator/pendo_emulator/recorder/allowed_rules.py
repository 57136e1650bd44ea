"""Removes the violations of allowed constraints from judged requests, so that reports do not count them as broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

if TYPE_CHECKING:
    from collections.abc import Collection

    from pendo_contracts.verdict import Verdict, Violation
    from pendo_emulator.exchange import Exchange


def without_allowed(exchange: Exchange, allowed: Collection[str]) -> Exchange:
    """Return an exchange without the violations of the constraints `allowed`, which are names like `load#/required`."""
    verdicts = tuple(_without(verdict, allowed) for verdict in exchange.verdicts)
    if verdicts == exchange.verdicts:
        return exchange
    return structs.replace(exchange, verdicts=verdicts, good=all(verdict.kept for verdict in verdicts))


def _without(verdict: Verdict, allowed: Collection[str]) -> Verdict:
    if not (verdict.violations or verdict.warnings):
        return verdict
    return structs.replace(
        verdict,
        violations=_remaining(verdict.violations, allowed),
        warnings=_remaining(verdict.warnings, allowed),
    )


def _remaining(violations: tuple[Violation, ...], allowed: Collection[str]) -> tuple[Violation, ...]:
    return tuple(one for one in violations if f"{one.contract}#{one.rule}" not in allowed)
