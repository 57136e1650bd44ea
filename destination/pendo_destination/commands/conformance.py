"""`pendo-destination conformance`."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from pendo_destination.javascript.difference import Difference

SUITES: Final = ("mapping", "trigger", "actions", "classic", "agent")
MAX_SHOWN: Final = 50


@click.command("conformance")
@click.option("--suite", required=True, type=click.Choice(SUITES), help="What the cases test.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(suite: str, files: tuple[Path, ...]) -> None:
    """Compare this destination with the published code.

    FILES hold JSON lists of cases with recorded answers of Segment's and Pendo's code. Prints the failing cases and finally `N passed, M failed`. The exit code is 0 if no
    case fails, otherwise 1.
    """
    judge = import_module(f"pendo_destination.conformance.{suite}").judge
    cases = [case for file in files for case in _read(file)]
    failed = [difference for case in cases if (difference := judge(case)) is not None]
    for difference in failed[:MAX_SHOWN]:
        click.echo(_describe(difference))
    if len(failed) > MAX_SHOWN:
        click.echo(f"... and {len(failed) - MAX_SHOWN} more")
    click.echo(f"{len(cases) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        cases = json.loads(file.read_bytes())
    except ValueError as error:
        raise click.UsageError(f"{file} is not JSON: {error}") from error
    if not isinstance(cases, list) or not all(isinstance(case, dict) and "id" in case for case in cases):
        raise click.UsageError(f"{file} must be a list of cases, each with an `id`")
    return cases


def _describe(difference: Difference) -> str:
    return (
        f"{difference.case} at {difference.path or 'the root'}\n"
        f"  expected {difference.expected!r}\n"
        f"  got      {difference.got!r}"
    )
