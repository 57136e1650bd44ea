"""The page of an OpenAPI document for browsers."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template


def openapi_page(document: Mapping[str, Any], address: str) -> str:
    """Return a self-contained page of HTML; `address` is the path of the document, to which the page has a link."""
    return _template().render(document=document, address=address, as_json=_as_json)


@cache
def _template() -> Template:
    text = resources.files(__package__).joinpath("page.html").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(text)


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
