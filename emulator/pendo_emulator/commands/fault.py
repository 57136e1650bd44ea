"""`pendo-emulator fault`."""

from __future__ import annotations

from typing import Any

import click

from pendo_contracts.contract import BrokenDocumentError, load_contract
from pendo_emulator.commands.fault_commands.faults_request import key_option, print_faults, send, url_option
from pendo_emulator.commands.fault_commands.member_options import member_options
from pendo_emulator.commands.fault_commands.profile import profile
from pendo_emulator.faults.fault import EFFECTS, read_faults


@click.group("fault")
def command() -> None:
    """Set faults for one API key of a running emulator.

    A fault is an error status, a delay or a broken connection, for example. A profile is a list of faults that together
    look like a known failure, such as an ad blocker.
    """


command.add_command(profile)


@command.command("add")
@url_option
@key_option
@member_options(load_contract("fault").schema["properties"])
def add(url: str, api_key: str, **members: Any) -> None:
    """Add a fault.

    A fault needs at least one effect, such as --status or --delay. --region, --host, --endpoint, --method and --event
    select the requests to which it applies; --probability, --times and --seconds limit how often and how long.
    """
    fault = {name: value for name, value in members.items() if value is not None}
    if fault.keys().isdisjoint(EFFECTS):
        raise click.UsageError("the fault has no effect: add one, such as --status 503, --delay 2 or --reset")
    try:
        read_faults([fault])
    except BrokenDocumentError as error:
        raise click.UsageError(str(error)) from error
    print_faults(send(url, api_key, "POST", "faults", [fault]))


@command.command("list")
@url_option
@key_option
def show(url: str, api_key: str) -> None:
    """List the faults.

    Each line shows how many requests the fault matched, and to how many of them it was applied.
    """
    print_faults(send(url, api_key, "GET", "faults"))


@command.command("clear")
@url_option
@key_option
def clear(url: str, api_key: str) -> None:
    """Delete all faults of the API key."""
    deleted = send(url, api_key, "DELETE", "faults")["deleted"]
    click.echo(f"deleted {deleted} {'fault' if deleted == 1 else 'faults'}")
