"""`pendo-emulator exec`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import click

from pendo_contracts.commands.known_findings import known_options
from pendo_emulator.commands._shared.authority_options import ca_dir_option, cname_option
from pendo_emulator.commands._shared.report_options import allow_empty_option, report_options, strict_option
from pendo_emulator.commands._shared.rule_options import plan_option, settings_option
from pendo_emulator.commands._shared.server_options import agent_option, store_option

GRACE: Final = 5.0

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("exec", context_settings={"allow_interspersed_args": False})
@store_option
@click.option(
    "--sent", "sent_file", type=_FILE, help="JSON file with CMD's counts of sent events: {place: {event type: number}}."
)
@click.option("--stay", is_flag=True, help="Keep the emulator running after CMD, until Ctrl-C.")
@click.option(
    "--grace",
    default=GRACE,
    show_default=True,
    type=click.FloatRange(0),
    help="Seconds between Ctrl-C, SIGTERM or SIGHUP and the kill of CMD.",
)
@click.option(
    "--http-proxy",
    is_flag=True,
    help="Also catch plain HTTP to Pendo's hosts: set HTTP_PROXY for CMD. With this option pendo-emulator also forwards"
    " CMD's requests for other hosts, through your HTTP_PROXY or HTTPS_PROXY if set.",
)
@cname_option
@ca_dir_option
@agent_option
@settings_option
@plan_option
@known_options
@strict_option
@report_options
@allow_empty_option
@click.argument("cmd", nargs=-1, required=True, type=click.UNPROCESSED)
def command(cmd: tuple[str, ...], **options: Any) -> None:
    """Run CMD and check the requests that it sends to Pendo.

    CMD gets its own emulator and reaches it under the real names of Pendo's hosts: its environment has HTTPS_PROXY and
    variables that make it trust the emulator's certificates.

    The exit code is CMD's exit code, or 128 + n if signal n ended CMD. If CMD succeeds, it is 0, 1 if a contract was
    broken, or 4 if nothing arrived. The last line of output says which.
    """
    from pendo_emulator.commands._shared.run_and_check import run_and_check  # noqa: PLC0415 - 350 ms that --help saves

    sys.exit(run_and_check(cmd, **options))
