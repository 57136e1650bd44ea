"""`pendo-destination conformance`."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_destination.javascript.difference import Difference

# The members that every case of a suite has; no case of another suite has all of them.
SUITES: Final[Mapping[str, frozenset[str]]] = {
    "mapping": frozenset({"mapping"}),
    "trigger": frozenset({"kind"}),
    "actions": frozenset({"settings", "expect"}),
    "classic": frozenset({"options", "steps", "expect"}),
    "agent": frozenset({"pages", "expect"}),
}
MAX_SHOWN: Final = 50


@click.command("conformance")
@click.option("--suite", required=True, type=click.Choice(list(SUITES)), help="The code that the cases test.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(suite: str, files: tuple[Path, ...]) -> None:
    """Compare this destination with the published code.

    FILES hold JSON lists of cases with recorded answers of Segment's and Pendo's code. Prints the failing cases and
    finally `N passed, M failed`.

    Exit codes: 0: no case fails; 1: a case fails; 2: wrong usage, such as cases of another suite.
    """
    judge = import_module(f"pendo_destination.conformance.{suite}").judge
    cases = [case for file in files for case in _read(file, suite)]
    failed = [difference for case in cases if (difference := judge(case)) is not None]
    for difference in failed[:MAX_SHOWN]:
        click.echo(_describe(difference))
    if len(failed) > MAX_SHOWN:
        click.echo(f"... and {len(failed) - MAX_SHOWN} more")
    click.echo(f"{len(cases) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


def _read(file: Path, suite: str) -> list[dict[str, Any]]:
    try:
        cases = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{file} is not JSON: {error}") from error
    if not isinstance(cases, list) or not cases or not all(isinstance(case, dict) and "id" in case for case in cases):
        raise click.UsageError(f"{file} must be a list of cases, each with an `id`")
    for case in cases:
        _check_suite(file, case, suite)
    return cases


def _check_suite(file: Path, case: dict[str, Any], suite: str) -> None:
    """Raise click.UsageError for a case that lacks members of the suite; the message names the suite of the case."""
    missing = SUITES[suite] - case.keys()
    if not missing:
        return
    other = next((name for name, members in SUITES.items() if members <= case.keys()), None)
    if other:
        raise click.UsageError(f"{file} has cases of the suite {other}: use --suite {other}")
    names = ", ".join(f"`{name}`" for name in sorted(missing))
    raise click.UsageError(f"{file}: case {case['id']} does not belong to the suite {suite}: it has no {names}")


def _describe(difference: Difference) -> str:
    return (
        f"{difference.case} at {difference.path or 'the root'}\n"
        f"  expected {difference.expected!r}\n"
        f"  got      {difference.got!r}"
    )
