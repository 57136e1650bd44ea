"""The command line `pendo-emulator`."""

from __future__ import annotations

import logging

import click

from pendo_contracts.commands.lazy_command_group import LazyCommandGroup
from pendo_emulator.observability.nonblocking_stderr import LOG_STREAM
from pendo_emulator.observability.safe_log_formatter import SafeLogFormatter


@click.group(
    "pendo-emulator",
    cls=LazyCommandGroup,
    package="pendo_emulator.commands",
    names=(
        "serve",
        "exec",
        "check",
        "inspect",
        "causes",
        "capsule",
        "compare",
        "tail",
        "show",
        "open",
        "visitors",
        "accounts",
        "query",
        "engage",
        "rules",
        "contracts",
        "fault",
        "hosts",
        "ca",
    ),
    context_settings={"auto_envvar_prefix": "PENDO_EMULATOR"},
)
def main() -> None:
    """Emulate Pendo's ingest and agent hosts on this machine, without an account and without the internet."""
    logging.basicConfig(level=logging.INFO, stream=LOG_STREAM)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(SafeLogFormatter())
