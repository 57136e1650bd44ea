"""`pendo-emulator contracts coverage`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from pendo_contracts.commands.json_file import is_stdout, json_option, write_json
from pendo_contracts.common.safe_text import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pendo_contracts.coverage.coverage import Coverage

BROKEN: Final = 1
NOTHING: Final = 4
MAX_LISTED: Final = 20

_KINDS: Final = ("regions", "endpoints", "event-types", "branches", "values", "fields")
_PERCENT: Final = click.FloatRange(0, 100)


def _minimum_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add --min, and one option for each kind."""
    for kind in reversed(_KINDS):
        text = f"Fail if less than this percentage of the {kind.replace('-', ' ')} is exercised."
        name = f"min_{kind.replace('-', '_')}"
        function = click.option(f"--min-{kind}", name, metavar="PERCENT", type=_PERCENT, help=text)(function)
    text = "Fail if less than this percentage of everything is exercised."
    return click.option("--min", "min_", metavar="PERCENT", type=_PERCENT, help=text)(function)


@click.command("coverage")
@click.argument("recordings", metavar="CAPTURE...", nargs=-1, required=True)
@_minimum_options
@json_option
def command(recordings: tuple[str, ...], json_file: Path | None, **minimums: float | None) -> None:
    """Show which parts of the contracts no recording exercises.

    CAPTURE is everything that `check` reads. The parts are Pendo's regions and endpoints, event types, and in the
    contracts of requests and events the branches, the values of enums and the optional fields. Only requests and events
    that keep their contract count.

    Exit codes: 0, all minimums are met; 1, less than a minimum; 2, wrong usage or not a recording; 4, no request to
    judge; 5, the result cannot be written.
    """
    # These imports take 150 ms, which --help does not need.
    from pendo_contracts.coverage.coverage import Coverage  # noqa: PLC0415
    from pendo_emulator.commands.contract_commands._recordings import open_recordings  # noqa: PLC0415

    coverage = Coverage()
    with open_recordings(recordings) as requests:
        for request in requests:
            coverage.add(request)
    if json_file is not None:
        write_json(coverage.as_document(), json_file)
    if not is_stdout(json_file):
        _print_table(coverage)
    if not coverage.requests:
        click.echo("no request to judge in the recordings", err=True)
        sys.exit(NOTHING)
    sys.exit(BROKEN if _print_failures(coverage, minimums) else 0)


def _print_table(coverage: Coverage) -> None:
    click.echo(f"{'kind':<12}{'exercised':>10}{'total':>8}{'percent':>9}")
    for kind in (*_KINDS, ""):
        used, number = coverage.counts(kind)
        click.echo(f"{kind or 'all':<12}{used:>10,}{number:>8,}{coverage.percent(kind):>8.1f}%")
    for kind in _KINDS:
        names = coverage.missing(kind)
        if names:
            click.echo(f"\nnever exercised: {kind}")
        for name in names[:MAX_LISTED]:
            click.echo(f"  {name}")
        if further := len(names) - MAX_LISTED if len(names) > MAX_LISTED else 0:
            click.echo(f"  and {further:,} more; --json has all")
    click.echo(f"\n{counted(coverage.requests, 'request')} judged")


def _print_failures(coverage: Coverage, minimums: dict[str, float | None]) -> bool:
    failed = False
    for kind in ("", *_KINDS):
        least, percent = minimums[f"min_{kind.replace('-', '_')}"], coverage.percent(kind)
        if least is not None and percent < least:
            failed = True
            option = f"--min-{kind}" if kind else "--min"
            advice = "record more of them, or lower the minimum"
            click.echo(f"{kind or 'all'}: {percent:.1f}% is less than {option} {least:g}: {advice}", err=True)
    return failed
