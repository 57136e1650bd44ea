"""`pendo-emulator contracts lint`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from pendo_contracts.common.safe_text import counted, visible

MAX_LINE: Final = 1_000


@click.command("lint")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def command(files: tuple[Path, ...]) -> None:
    """Find mistakes in tracking plans and JSON Schemas.

    These are constraints and values that can never match, branches that can never be reached, unknown keywords, wrong
    patterns, circular references, references outside of the given files, and unused definitions. Give all files of a
    set of schemas together: references between them are followed by `$id`, and nothing is fetched.

    Exit codes: 0, no errors; 1, errors; 2, wrong usage, or a file is not readable or not JSON.
    """
    # These imports take 100 ms, which --help does not need.
    from pendo_contracts.lint.contract_files import read_contract_file  # noqa: PLC0415
    from pendo_contracts.lint.lint import lint  # noqa: PLC0415
    from pendo_contracts.plans.plan_errors import PlanError  # noqa: PLC0415

    documents, found = [], []
    for file in files:
        try:
            read, problems = read_contract_file(file)
        except PlanError as error:
            raise click.UsageError(f"UNREADABLE: {error}") from error
        documents += read
        found += problems
    found += lint(documents)
    for finding in found:
        click.echo(visible(str(finding), MAX_LINE))
    errors = sum(finding.severity == "error" for finding in found)
    warnings = len(found) - errors
    click.echo(
        f"{counted(len(documents), 'schema')} in {counted(len(files), 'file')}:"
        f" {counted(errors, 'error')}, {counted(warnings, 'warning')}"
    )
    sys.exit(1 if errors else 0)
