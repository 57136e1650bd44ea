"""`pendo-emulator check`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pendo_emulator.commands._shared.authority_options import cname_option
from pendo_emulator.commands._shared.report_options import allow_empty_option, json_option, strict_option


@click.command("check")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@cname_option
@click.option("--only", type=click.Choice(["schemas"]), help="Check the schemas only, not the rules.")
@strict_option
@json_option
@allow_empty_option
def command(
    files: tuple[Path, ...],
    *,
    cnames: tuple[str, ...],
    only: str | None,
    strict: bool,
    json_file: Path | None,
    allow_empty: bool,
) -> None:
    """Check recorded requests against the contracts.

    FILES are HAR files, captures (NDJSON, one request on a line) or stores of the emulator, plain or compressed; `-`
    is standard input.

    Exit codes: 0, all contracts kept; 1, a contract broken; 2, wrong usage or not a recording; 4, nothing was checked;
    5, the report cannot be written, or a bug.
    """
    # These imports take 150 ms, which --help does not need.
    from pendo_contracts.checking.check import check_recordings  # noqa: PLC0415
    from pendo_contracts.recordings import RecordingError  # noqa: PLC0415
    from pendo_contracts.report import conclude  # noqa: PLC0415
    from pendo_contracts.rules.settings import ALL_RULES, NO_RULES  # noqa: PLC0415
    from pendo_emulator.commands._shared.report import publish  # noqa: PLC0415

    try:
        report = check_recordings(files, cnames, NO_RULES if only else ALL_RULES)
    except (OSError, RecordingError) as error:
        raise click.UsageError(f"UNREADABLE: {error}") from error
    outcome = conclude(report, strict=strict, allow_empty=allow_empty)
    publish(report, outcome, json_file)
    sys.exit(outcome.exit_code)
