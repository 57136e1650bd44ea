"""`pendo-emulator check`."""

from __future__ import annotations

import sys
from typing import Any

import click

from pendo_contracts.commands.known_findings import known_options
from pendo_emulator.commands._shared.authority_options import cname_option
from pendo_emulator.commands._shared.emulator_options import emulator_options
from pendo_emulator.commands._shared.report_options import allow_empty_option, report_options, strict_option
from pendo_emulator.commands._shared.rule_options import plan_option, settings_option


@click.command("check")
@click.argument("files", nargs=-1)
@emulator_options
@cname_option
@click.option("--only", type=click.Choice(["schemas", "rules"]), help="Check only the schemas, or only the rules.")
@click.option("--rule", "rules", metavar="NAME", multiple=True, help="Use only this rule. May be repeated.")
@settings_option
@plan_option
@known_options
@strict_option
@click.option("--jobs", type=click.IntRange(1), help="Number of processes.  [default: one for each core]")
@click.option(
    "--dask", metavar="ADDRESS", help="Judge on the Dask cluster with this scheduler, such as tcp://host:8786."
)
@report_options
@click.option("--verbose", is_flag=True, help="Also print the counts of each file.")
@allow_empty_option
def command(files: tuple[str, ...], **options: Any) -> None:
    """Check recorded requests against the contracts.

    FILES are HAR files, captures (NDJSON, one request on a line) or stores of the emulator, plain or compressed;
    folders of them; patterns such as '**/*.har'; or `-` for standard input.

    Exit codes: 0, all contracts kept; 1, a contract broken; 2, wrong usage or not a recording; 3, the emulator does not
    answer; 4, nothing was checked; 5, the report cannot be written, a process of the check ended, or a bug.
    """
    from pendo_emulator.commands._shared.run_check import run_check  # noqa: PLC0415 - 150 ms that --help does not need

    sys.exit(run_check(files, **options))
