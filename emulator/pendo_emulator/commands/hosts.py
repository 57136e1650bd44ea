"""`pendo-emulator hosts`."""

from __future__ import annotations

import click

from pendo_emulator.clients.name_formats import FORMATS
from pendo_emulator.commands._shared.authority import cname_option


@click.command("hosts")
@click.option("--as", "form", type=click.Choice(list(FORMATS)), default="hosts-file", show_default=True)
@click.option("--address", help="Where the emulator is: else 127.0.0.1, or host-gateway for compose.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="The emulator's port.")
@cname_option
def command(form: str, address: str | None, port: int, cnames: tuple[str, ...]) -> None:
    """Tell programs where Pendo's hosts are.

    Lines for /etc/hosts; Chromium's --host-resolver-rules; a PAC file; a script for Node's --require; extra_hosts of a
    compose file.
    """
    write, usual = FORMATS[form]
    click.echo(write(cnames, address or usual, port))
