"""Violation: what breaks a contract and where. Verdict: one value held to one contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule.

    `pointer` is the JSON Pointer of the offender inside the value judged; `contract` and `rule` (a JSON Pointer into
    the contract's schema, or the name of what could not be read) say which rule; `fix` says what would keep it.
    `contract` is `wire` for what went wrong before any contract could be asked.
    """

    contract: str
    rule: str
    pointer: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was judged (`subject`: `request`, or the event's or payload's type), by which contract, and what it broke.

    `index` is the event's place in its beacon, None for the request itself.
    """

    subject: str
    contract: str
    index: int | None
    violations: tuple[Violation, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether nothing was broken."""
        return not self.violations
