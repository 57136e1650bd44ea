"""The exceptions that this package raises.

    DestinationError            an event or a call that is not accepted; base class
    ├── ConfigurationError      a trigger or a mapping that cannot be used: correct it
    └── UnreachableError        no host answered: send the event again later

`message` says what is wrong and what to do. `kind` names the cause for programs. Wrong use of the package itself, such
as delivering an event before the destination has started, raises Python's own exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a document: the path of the member, the description of the problem, and how to fix it.

    The path is a JSON Pointer in settings, Segment's slash-separated path in a mapping, and a dotted name in a payload.
    """

    path: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.path or '/'}: {self.message}" + (f"\n    {self.fix}" if self.fix else "")


class DestinationError(Exception):
    """An event or a call that is not accepted; base class of the package's exceptions.

    The kinds for an event are `invalid_event` (the payload lacks what `destination` requires; `problems` lists it),
    `no_agent` (the content host did not give the agent's script or configuration), `unsendable` (HTTP cannot express
    its URL or a header), `unusable_answer` (the answer is too large) and `rejected` (Pendo's webhook did not accept the
    event in `attempts` attempts). `status` is the status of the last answer, None without an answer.
    For a call of the Tracking API, `kind` is the code that the API answers with.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        destination: str = "",
        problems: tuple[Problem, ...] = (),
        status: int | None = None,
        attempts: int = 0,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.destination = destination
        self.problems = problems
        self.status = status
        self.attempts = attempts

    def __str__(self) -> str:
        return f"{self.destination}: {self.message}" if self.destination else self.message


class ConfigurationError(DestinationError):
    """A trigger or a mapping that cannot be used.

    The kinds are `trigger` (it cannot be read, written or evaluated), `mapping` (Segment rejects it; `problems` has the
    reasons) and `directive` (a directive of the mapping fails for the event at hand, or always).
    `text` is the trigger's text and `column` the column of the error: 1 is the first character, len(text) + 1 the
    end. For a trigger in the form of a tree they are "" and None. `segment_name` is the name of Segment's own error.
    Its message is `segment_message` for a trigger, and `message` for a mapping or a directive.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: Literal["trigger", "mapping", "directive"],
        problems: tuple[Problem, ...] = (),
        text: str = "",
        column: int | None = None,
        segment_name: str = "Error",
        segment_message: str = "",
    ) -> None:
        super().__init__(message, kind=kind, problems=problems)
        self.text = text
        self.column = column
        self.segment_name = segment_name
        self.segment_message = segment_message

    def __str__(self) -> str:
        return self.message if self.column is None else f"{self.message}\n{point_at(self.text, self.column)}"


class UnreachableError(DestinationError):
    """A request that no host answered: refused, reset, timed out or not resolved, in each of `attempts` attempts."""

    def __init__(self, message: str, *, attempts: int = 1) -> None:
        super().__init__(message, kind="unreachable", attempts=attempts)


def point_at(text: str, column: int) -> str:
    """Return the line of a text that a column is in, with a caret under that column."""
    start = text.rfind("\n", 0, column - 1) + 1
    line = text[start:].split("\n", 1)[0]
    return f"    {line}\n    {' ' * (column - 1 - start)}^ column {column}"
