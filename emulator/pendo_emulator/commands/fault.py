"""`pendo-emulator fault`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import click
import requests

from pendo_contracts.contract import contract
from pendo_emulator.addresses import CONTROL_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TIMEOUT: Final = 10.0

_TYPES: Final = {"string": click.STRING, "integer": click.INT, "number": click.FLOAT}
_url_option = click.option(
    "--url",
    default="http://127.0.0.1:8080",
    show_default=True,
    envvar="PENDO_EMULATOR_URL",
    help="The emulator's address.",
)
_key_option = click.option("--key", "api_key", required=True, help="The API key; `-` for requests that name none.")


@click.group("fault")
def command() -> None:
    """Let something go wrong on purpose for one API key of a running emulator."""


def _fault_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add an option for each member of the contract of a fault."""
    for name, schema in reversed(contract("fault").schema["properties"].items()):
        function = click.option(f"--{name.replace('_', '-')}", name, help=schema["description"], **_kind(schema))(
            function
        )
    return function


def _kind(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "const" in schema:
        return {"is_flag": True, "default": None}
    return {"type": click.Choice(schema["enum"]) if "enum" in schema else _TYPES[schema["type"]]}


@command.command("add")
@_url_option
@_key_option
@_fault_options
def add(url: str, api_key: str, **members: Any) -> None:
    """Add a fault. What strikes is narrowed down by its aim; at least one effect is needed."""
    fault = {name: value for name, value in members.items() if value is not None}
    _show(_ask(url, api_key, "POST", [fault]))


@command.command("list")
@_url_option
@_key_option
def show(url: str, api_key: str) -> None:
    """List the faults, with how many requests each was aimed at and how many of them it struck."""
    _show(_ask(url, api_key, "GET"))


@command.command("clear")
@_url_option
@_key_option
def clear(url: str, api_key: str) -> None:
    """Put everything right."""
    click.echo(f"{_ask(url, api_key, 'DELETE')['deleted']} faults cleared")


def _ask(url: str, api_key: str, method: str, body: Any = None) -> Any:
    address = f"{url.rstrip('/')}{CONTROL_PREFIX}/keys/{quote(api_key, safe='')}/faults"
    try:
        good, said = _exchange(method, address, body)
    except requests.RequestException as error:
        raise click.ClickException(f"no emulator at {url}: start one with `pendo-emulator serve`") from error
    if not good:
        raise click.UsageError(said["title"])
    return said


def _exchange(method: str, address: str, body: Any) -> tuple[bool, Any]:
    answer = requests.request(method, address, json=body, timeout=TIMEOUT)
    return answer.ok, answer.json()


def _show(active: list[dict[str, Any]]) -> None:
    for entry in active:
        click.echo(f"{entry['struck']} of {entry['seen']} struck by {json.dumps(entry['fault'])}")
    if not active:
        click.echo("nothing goes wrong")
