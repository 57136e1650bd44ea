"""`pendo-emulator fault add`."""

from __future__ import annotations

from typing import Any

import click

from pendo_contracts.contract import BrokenDocumentError, load_contract
from pendo_emulator.commands.fault_commands.faults_request import key_option, print_faults, send, url_option
from pendo_emulator.commands.fault_commands.member_options import member_options
from pendo_emulator.faults.fault import EFFECTS, read_faults


@click.command("add")
@url_option
@key_option
@member_options(load_contract("fault").schema["properties"])
def command(url: str, api_key: str, **members: Any) -> None:
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
