"""`pendo-emulator fault clear`."""

from __future__ import annotations

import click

from pendo_emulator.commands.fault_commands.faults_request import key_option, send, url_option


@click.command("clear")
@url_option
@key_option
def command(url: str, api_key: str) -> None:
    """Delete all faults of the API key."""
    deleted = send(url, api_key, "DELETE", "faults")["deleted"]
    click.echo(f"deleted {deleted} {'fault' if deleted == 1 else 'faults'}")
