"""`pendo-emulator engage`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from pendo_contracts.commands.console import echo_json
from pendo_emulator.commands._live.options import live_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.commands._shared.emulator_options import RunningEmulator


@click.group("engage")
def command() -> None:
    """Set up Pendo's Engage API for one API key of a running emulator."""


def _key_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--api-key", metavar="KEY", required=True, help="API key.")(function)


@command.command("keys")
@live_options
@_key_option
@click.option("--read-only", metavar="KEY", help="Use this integration key for reading.")
@click.option("--read-write", metavar="KEY", help="Use this integration key for reading and writing.")
def keys(emulator: RunningEmulator, api_key: str, read_only: str | None, read_write: str | None) -> None:
    """Show the integration keys, or choose them.

    A client of Pendo's API sends one in the header x-pendo-integration-key. The first use makes random keys; keys that
    you choose can be written into configurations that must not change.
    """
    chosen = {name: key for name, key in (("read_only", read_only), ("read_write", read_write)) if key}
    answer = _send(emulator, api_key, "PUT" if chosen else "GET", "", chosen or None)
    for name in ("read_only", "read_write"):
        click.echo(f"{name.replace('_', '-')}: {answer[name]}")


@command.command("define")
@live_options
@_key_option
@click.argument("file", type=click.File("rb"))
def define(emulator: RunningEmulator, api_key: str, file: Any) -> None:
    """Define pages, features, guides, reports and product areas from a JSON file.

    FILE has lists of definitions: {"pages": [{"name": "User", "rules": ["//*/users/*"]}], "features": [{"name": "Save",
    "selectors": ["#save"]}]}. A list replaces all definitions of its kind; `-` is stdin.
    """
    try:
        document = json.load(file)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{file.name} is not JSON: {error}") from error
    answer = _send(emulator, api_key, "PUT", "/definitions", document)
    click.echo(", ".join(f"{name}: {len(documents)}" for name, documents in answer.items()))


@command.command("definitions")
@live_options
@_key_option
def definitions(emulator: RunningEmulator, api_key: str) -> None:
    """Print the definitions as JSON, as the Engage API lists them."""
    echo_json(json.dumps(_send(emulator, api_key, "GET", "/definitions"), ensure_ascii=False, indent=2))


def _send(emulator: RunningEmulator, api_key: str, method: str, path: str, document: Any = None) -> Any:
    from pendo_emulator.commands._live.emulator_client import EmulatorClient  # noqa: PLC0415 - start-up time

    return EmulatorClient(emulator).send(method, f"keys/{quote(api_key, safe='')}/engage{path}", document)
