"""The answers of the Engage API that are not data: errors in the forms that Pendo uses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.safe_text import visible
from pendo_emulator.errors import EmulatorError
from pendo_emulator.response import OutgoingResponse, response

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT: Final = "text/plain; charset=utf-8"
JSON: Final = "application/json"
# The header with the reason of an error that Pendo itself does not give.
NOTE: Final = "x-emulator-note"
_MAX_NOTE: Final = 300


class EngageError(EmulatorError):
    """A request that the Engage API does not accept: the status, the text of the answer, and a note for the reader."""

    def __init__(self, status: int, text: str = "", note: str = "") -> None:
        super().__init__(status, text, note)
        self.status, self.text, self.note = status, text, note

    def __str__(self) -> str:
        return self.note or self.text or f"status {self.status}"

    @property
    def response(self) -> OutgoingResponse:
        """The answer: plain text (observed for 400 and 404), empty for 403 (observed)."""
        return with_note(response(self.text.encode(), TEXT, self.status), self.note)


def data(value: Any, status: int = 200) -> OutgoingResponse:
    """Return an answer with JSON."""
    return response(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), JSON, status)


def not_found(text: str, note: str = "") -> EngageError:
    """Return the error for something that does not exist; the text is Pendo's where it is known."""
    return EngageError(404, text, note)


def bad_request(text: str, note: str = "") -> EngageError:
    """Return the error for a request that cannot be read."""
    return EngageError(400, text, note)


def unprocessable(overall: str, fields: Mapping[str, Any] | None = None) -> OutgoingResponse:
    """Return the answer to a request that can be read but makes no sense (form observed in one client)."""
    return data({"overall": overall, "fields": dict(fields or {})}, 422)


def with_note(answer: OutgoingResponse, note: str) -> OutgoingResponse:
    """Return an answer with a note for the reader, in one line of ASCII."""
    if not note:
        return answer
    return answer.with_headers({NOTE: visible(note, _MAX_NOTE).encode("ascii", "backslashreplace").decode()})
