"""Command line options for members of the contract `fault`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TYPES: Final = {"string": click.STRING, "integer": click.INT, "number": click.FLOAT}


def member_options(members: Mapping[str, Mapping[str, Any]]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that adds an option for each member, given by name and JSON Schema."""

    def add_options(function: Callable[..., None]) -> Callable[..., None]:
        for name, schema in reversed(tuple(members.items())):
            option = f"--{name.replace('_', '-')}"
            function = click.option(option, name, help=schema["description"], **_option_type(schema))(function)
        return function

    return add_options


def _option_type(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "const" in schema:
        return {"is_flag": True, "default": None}
    return {"type": click.Choice(schema["enum"]) if "enum" in schema else _TYPES[schema["type"]]}
