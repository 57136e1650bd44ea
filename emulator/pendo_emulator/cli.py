"""The command line `pendo-emulator`."""

from __future__ import annotations

import click

from pendo_contracts.commands.lazy_command_group import LazyCommandGroup


@click.group(
    "pendo-emulator",
    cls=LazyCommandGroup,
    package="pendo_emulator.commands",
    summaries={
        "serve": "Serve all of Pendo's hosts on one port until Ctrl-C, SIGTERM or SIGHUP.",
        "exec": "Run CMD and check the requests that it sends to Pendo.",
        "check": "Check recorded requests against the contracts.",
        "inspect": "Find the cause of a support case in recordings.",
        "causes": "Explain the causes that `inspect` finds.",
        "capsule": "Put a problem into one file without personal data, and reproduce it from the file.",
        "compare": "Show which events are missing, added and changed between two recordings.",
        "tail": "Print the events that arrive at a running emulator, one on a line.",
        "show": "Print a summary of what an API key received.",
        "open": "Print the address of the web console, and open it in a browser.",
        "visitors": "Show the visitors of an API key as Pendo would hold them.",
        "accounts": "Show the accounts of an API key as Pendo would hold them.",
        "query": "Run one of Pendo's aggregation pipelines on rows in files, or on what an emulator received.",
        "engage": "Set up Pendo's Engage API for one API key of a running emulator.",
        "rules": "Explain the rules that `check` and `exec` use.",
        "contracts": "Work with contracts: tracking plans and JSON Schemas.",
        "fault": "Set faults for one API key of a running emulator.",
        "hosts": "Print settings that map Pendo's host names to the emulator.",
        "ca": "Make programs trust the local certificate authority.",
    },
    context_settings={"auto_envvar_prefix": "PENDO_EMULATOR"},
)
def main() -> None:
    """Emulate Pendo's ingest and agent hosts on this machine, without an account and without the internet."""
