"""The rows of a table of operations, from which an OpenAPI document is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the path or the query; `schema` is the JSON Schema of its value."""

    name: str
    schema: Mapping[str, Any]
    description: str
    place: Literal["path", "query"] = "query"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with one status; a `media_type` of "" means an answer without a body.

    `schema` is the JSON Schema of the body, and `headers` the schemas of the headers that the answer always has.
    """

    description: str
    schema: Mapping[str, Any] | None = None
    media_type: str = JSON
    headers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path.

    `path` is a template such as `/keys/{api_key}`; `aliases` are other paths with the same answers. `body` is the JSON
    Schema of the body that the operation requires. `security` names the alternative security schemes; "" means none.
    """

    method: str
    path: str
    tag: str
    summary: str
    answers: Mapping[int, Answer]
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Mapping[str, Any] | None = None
    aliases: tuple[str, ...] = ()
    security: tuple[str, ...] = ("",)
