"""The page of an OpenAPI document for browsers."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined

from pendo_contracts.common.access_policy import SECURITY_HEADERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template


def openapi_page(document: Mapping[str, Any], address: str) -> str:
    """Return a self-contained page of HTML; `address` is the path of the document, to which the page has a link."""
    return _template().render(document=document, address=address, as_json=_as_json)


@cache
def page_policy() -> str:
    """Return the Content-Security-Policy of the page: that of a server's own pages, and the page's own style."""
    style = _text().partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"{SECURITY_HEADERS['content-security-policy']}; style-src 'sha256-{digest}'"


@cache
def _template() -> Template:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(_text())


@cache
def _text() -> str:
    return resources.files(__package__).joinpath("page.html").read_text("utf-8")


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
