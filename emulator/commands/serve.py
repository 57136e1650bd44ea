"""`pendo-emulator serve`."""

from __future__ import annotations

from pathlib import Path

import click

from emulator.commands.naming import ca_dir_option, cname_option, open_authority
from emulator.commands.serving import agent_option, start, wait_for_signal, welcome


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep what is recorded in this SQLite file; without it, it goes when the emulator stops.",
)
@cname_option
@ca_dir_option
@agent_option
def command(
    host: str, port: int, store: Path | None, cnames: tuple[str, ...], ca_dir: Path | None, agent: Path | None
) -> None:
    """Serve all of Pendo's hosts on one port, by HTTP, HTTPS and as a proxy, until Ctrl-C."""
    authority = open_authority(ca_dir, cnames) if ca_dir else None
    with start(store, host, port, cnames, authority, agent) as emulator:
        click.echo(welcome(emulator))
        wait_for_signal()
