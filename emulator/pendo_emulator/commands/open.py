"""`pendo-emulator open`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from pendo_emulator.commands._live.options import live_options, query_option

if TYPE_CHECKING:
    from pendo_emulator.commands._shared.emulator_options import RunningEmulator


@click.command("open")
@click.argument("api_key", required=False, metavar="[KEY]")
@query_option
@live_options
@click.option("--print-only", is_flag=True, help="Print the address, but open no browser.")
def command(api_key: str | None, query: str, emulator: RunningEmulator, *, print_only: bool) -> None:
    """Print the address of the web console, and open it in a browser.

    With KEY it is the page of this API key. The console asks for the token if the emulator requires one.

    Exit codes: 0, the address is printed; 2, wrong usage; 3, the emulator does not answer.
    """
    from pendo_emulator.commands._live.emulator_client import EmulatorClient  # noqa: PLC0415 - 80 ms of start-up time

    EmulatorClient(emulator).get("health")
    address = console_address(emulator.url, api_key, query)
    click.echo(address)
    if not print_only:
        import webbrowser  # noqa: PLC0415 - start-up time

        webbrowser.open(address)


def console_address(url: str, api_key: str | None, query: str) -> str:
    """Return the address of the console's timeline of a key, None for all keys, with a query."""
    parts = {"key": api_key or "", "q": query}
    parameters = "&".join(f"{name}={quote(value, safe='')}" for name, value in parts.items() if value)
    return f"{url}/{'?' if parameters else ''}{parameters}"
