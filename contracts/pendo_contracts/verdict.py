"""Violation: one broken constraint and its place. Verdict: one value judged against one contract."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

WIRE: Final = "wire"


class Violation(Struct, frozen=True):
    """One broken constraint.

    `contract` names the schema, or is `wire` for an error before any schema applies. `rule` is the constraint's JSON
    Pointer in that schema, or the name of a decode error. `pointer` is the JSON Pointer of the offending value.
    `message` says what is wrong, `fix` says what to send instead.
    """

    contract: str
    rule: str
    pointer: str
    message: str
    fix: str


class Verdict(Struct, frozen=True):
    """The result for one value: the request itself, or one event of its payload.

    `subject` is `request` or the event's type. `contract` is the schema it was judged by. `index` is the event's
    position in the payload, None for the request. `warnings` are constraints that a newer agent may break.
    """

    subject: str
    contract: str
    index: int | None
    violations: tuple[Violation, ...] = ()
    warnings: tuple[Violation, ...] = ()

    @property
    def kept(self) -> bool:
        """Whether the value keeps its contract."""
        return not self.violations
