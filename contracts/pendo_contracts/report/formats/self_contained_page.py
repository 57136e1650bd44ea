"""What pages that need no other file share: the template, and the hashes in their Content-Security-Policy."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from jinja2 import Template


def load_template(file: Path, finalize: Callable[[Any], Any], filters: Mapping[str, Callable[..., Any]]) -> Template:
    """Return a template that escapes every value; `finalize` is called with each value before it is escaped.

    Rendering raises UndefinedError for a name that has no value.
    """
    environment = Environment(
        loader=FileSystemLoader(file.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
    environment.filters |= filters
    return environment.get_template(file.name)


def source_of(text: str) -> str:
    """Return the source that allows this style or script in a Content-Security-Policy."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
