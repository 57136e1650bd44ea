"""`pendo-emulator fault`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import click

from pendo_contracts.common.loopback import bypass_proxies
from pendo_contracts.contract import BrokenDocumentError, load_contract
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.faults.fault import EFFECTS, read_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TIMEOUT: Final = 10.0

_TYPES: Final = {"string": click.STRING, "integer": click.INT, "number": click.FLOAT}
_url_option = click.option(
    "--url",
    default="http://127.0.0.1:8080",
    show_default=True,
    envvar="PENDO_EMULATOR_URL",
    help="URL of the emulator.",
)
_key_option = click.option("--key", "api_key", required=True, help="API key; `-` for requests without one.")


@click.group("fault")
def command() -> None:
    """Set faults for one API key of a running emulator.

    A fault is an error status, a delay or a broken connection, for example.
    """


def _fault_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add an option for each member of the contract `fault`."""
    for name, schema in reversed(load_contract("fault").schema["properties"].items()):
        function = click.option(
            f"--{name.replace('_', '-')}", name, help=schema["description"], **_option_type(schema)
        )(function)
    return function


def _option_type(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "const" in schema:
        return {"is_flag": True, "default": None}
    return {"type": click.Choice(schema["enum"]) if "enum" in schema else _TYPES[schema["type"]]}


@command.command("add")
@_url_option
@_key_option
@_fault_options
def add(url: str, api_key: str, **members: Any) -> None:
    """Add a fault.

    A fault needs at least one effect, such as --status or --delay. --region, --endpoint, --method and --event select
    the requests to which it applies; --probability, --times and --seconds limit how often and how long it applies.
    """
    fault = {name: value for name, value in members.items() if value is not None}
    if fault.keys().isdisjoint(EFFECTS):
        raise click.UsageError("the fault has no effect: add one, such as --status 503, --delay 2 or --reset")
    try:
        read_faults([fault])
    except BrokenDocumentError as error:
        raise click.UsageError(str(error)) from error
    _show(_send(url, api_key, "POST", [fault]))


@command.command("list")
@_url_option
@_key_option
def show(url: str, api_key: str) -> None:
    """List the faults.

    Each line shows how many requests the fault matched, and to how many of them it was applied.
    """
    _show(_send(url, api_key, "GET"))


@command.command("clear")
@_url_option
@_key_option
def clear(url: str, api_key: str) -> None:
    """Delete all faults of the API key."""
    deleted = _send(url, api_key, "DELETE")["deleted"]
    click.echo(f"deleted {deleted} {'fault' if deleted == 1 else 'faults'}")


def _send(url: str, api_key: str, method: str, body: Any = None) -> Any:
    import requests  # noqa: PLC0415 - 80 ms that --help does not need

    address = f"{url.rstrip('/')}{CONTROL_PREFIX}/keys/{quote(api_key, safe='')}/faults"
    exceptions = requests.exceptions
    try:
        with requests.Session() as session:
            bypass_proxies(session, url)
            response = session.request(method, address, json=body, timeout=TIMEOUT, allow_redirects=False)
            document = response.json()
    except (exceptions.InvalidSchema, exceptions.InvalidURL, exceptions.MissingSchema) as error:
        raise click.UsageError(f"{url!r} is not a URL: write it like http://127.0.0.1:8080") from error
    except requests.RequestException as error:
        raise click.ClickException(f"no emulator answers at {url}: start one with `pendo-emulator serve`") from error
    if not response.ok:
        title = document.get("title") if isinstance(document, dict) else None
        raise click.UsageError(title or f"{url} is not a pendo-emulator: it answered {response.status_code}")
    return document


def _show(active: list[dict[str, Any]]) -> None:
    for entry in active:
        click.echo(f"applied to {entry['struck']} of {entry['seen']} requests: {json.dumps(entry['fault'])}")
    if not active:
        click.echo("no faults set")
