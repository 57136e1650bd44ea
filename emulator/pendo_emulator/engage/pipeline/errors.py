"""The error of a pipeline that cannot be read, is not imitated, or exceeds a limit."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from pendo_contracts.common.safe_text import visible
from pendo_emulator.errors import EmulatorError

Kind: TypeAlias = Literal["unreadable", "expression", "not imitated", "limit", "no rows"]

# Statuses of Pendo's API (documented): 400 is a bad pipeline, 402 a request that fails with correct parameters. That a
# limit is such a failure is assumed.
STATUSES: Final[dict[Kind, int]] = {
    "unreadable": 400,
    "expression": 400,
    "not imitated": 400,
    "no rows": 400,
    "limit": 402,
}
MAX_MESSAGE: Final = 500


class PipelineError(EmulatorError):
    """A pipeline that cannot be read or run.

    `pointer` is the JSON pointer of the place in the request document. `column` is the place inside an expression,
    from 1. `status` is the HTTP status of the answer.
    """

    def __init__(
        self, message: str, pointer: str = "", *, column: int | None = None, kind: Kind = "unreadable"
    ) -> None:
        super().__init__(message, pointer, column, kind)
        self.message = visible(message, MAX_MESSAGE)
        self.pointer = pointer
        self.column = column
        self.kind: Kind = kind

    @property
    def status(self) -> int:
        """The HTTP status with which the API answers this error."""
        return STATUSES[self.kind]

    def __str__(self) -> str:
        place = visible(self.pointer) or "the document"
        return f"{place}{f', column {self.column}' if self.column is not None else ''}: {self.message}"
