"""`pendo-emulator hosts`."""

from __future__ import annotations

import click

from pendo_emulator.clients.host_mapping_formats import FORMATS
from pendo_emulator.commands._shared.authority_options import cname_option


@click.command("hosts")
@click.option(
    "--as", "form", type=click.Choice(list(FORMATS)), default="hosts-file", show_default=True, help="Output format."
)
@click.option("--address", help="The emulator's address.  [default: 127.0.0.1; compose: host-gateway]")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="The emulator's port.")
@cname_option
def command(form: str, address: str | None, port: int, cnames: tuple[str, ...]) -> None:
    """Print settings that map Pendo's host names to the emulator.

    Formats: `hosts-file`, lines for /etc/hosts; `chromium`, its --host-resolver-rules option; `pac`, a proxy
    auto-config file; `node`, a script for --require; `compose`, extra_hosts of a compose file.
    """
    write, default_address = FORMATS[form]
    click.echo(write(cnames, address or default_address, port))
