"""`pendo-emulator inspect`."""

from __future__ import annotations

from pathlib import Path

import click

from pendo_emulator.commands._shared.emulator_options import RunningEmulator, emulator_options


@click.command("inspect")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@emulator_options
@click.option(
    "--json",
    "json_file",
    metavar="OUT",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Write everything as JSON to this file; `-` is standard output.",
)
@click.option(
    "--html",
    "html_file",
    metavar="OUT",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write everything as a page to this file; open it in a browser.",
)
@click.option("--all", "complete", is_flag=True, help="Print everything instead of the first lines.")
def command(
    files: tuple[str, ...],
    emulator: RunningEmulator | None,
    json_file: Path | None,
    html_file: Path | None,
    *,
    complete: bool,
) -> None:
    """Find the cause of a support case in recordings.

    FILES are HAR files, captures (NDJSON, one request on a line) or stores of the emulator, plain or compressed;
    folders of them; patterns such as '**/*.har'; or `-` for standard input. With several files, the result also says
    what differs between the first good one and the others.

    Exit codes: 0, the causes are shown; 2, wrong usage or not a recording; 3, the emulator does not answer; 5, the
    result cannot be written, or a bug.
    """
    # This import takes 150 ms, which --help does not need.
    from pendo_emulator.commands._inspection.run_inspect import Output, run_inspect  # noqa: PLC0415

    run_inspect(files, emulator, Output(json_file, html_file, complete=complete))
