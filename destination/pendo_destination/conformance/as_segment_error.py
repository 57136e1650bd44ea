"""A configuration error in the form in which Segment's own code raises it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pendo_destination.errors import ConfigurationError


def segment_error(error: ConfigurationError) -> dict[str, Any]:
    """Return the name and the message of Segment's error, or the list of errors in an AggregateError."""
    if not error.problems:
        return {"name": error.segment_name, "message": error.message}
    errors = [{"name": "ValidationError", "message": f"{p.path} {p.message}."} for p in error.problems]
    return {"name": error.segment_name, "errors": errors} if error.segment_name == "AggregateError" else errors[0]
