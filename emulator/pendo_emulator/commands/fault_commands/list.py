"""`pendo-emulator fault list`."""

from __future__ import annotations

import click

from pendo_emulator.commands.fault_commands.faults_request import key_option, print_faults, send, url_option


@click.command("list")
@url_option
@key_option
def command(url: str, api_key: str) -> None:
    """List the faults.

    Each line shows how many requests the fault matched, and to how many of them it was applied.
    """
    print_faults(send(url, api_key, "GET", "faults"))
