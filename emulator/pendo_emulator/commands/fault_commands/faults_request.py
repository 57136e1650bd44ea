"""Requests of the command `fault` to a running emulator, and its output."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote

import click

from pendo_contracts.common.loopback import bypass_proxies
from pendo_emulator.addresses import CONTROL_PREFIX

TIMEOUT: Final = 10.0

url_option = click.option(
    "--url",
    default="http://127.0.0.1:8080",
    show_default=True,
    envvar="PENDO_EMULATOR_URL",
    help="URL of the emulator.",
)
key_option = click.option("--key", "api_key", required=True, help="API key; `-` for requests without one.")


def send(url: str, api_key: str, method: str, path: str, body: Any = None) -> Any:
    """Send a request about an API key to an emulator; return the JSON of its answer, or raise a click error."""
    import requests  # noqa: PLC0415 - 80 ms that --help does not need

    address = f"{url.rstrip('/')}{CONTROL_PREFIX}/keys/{quote(api_key, safe='')}/{path}"
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


def print_faults(active: list[dict[str, Any]]) -> None:
    """Print the active faults, each with its counts."""
    for entry in active:
        click.echo(f"applied to {entry['struck']} of {entry['seen']} requests: {json.dumps(entry['fault'])}")
    if not active:
        click.echo("no faults set")
