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
def command(files: tuple[str, ...], emulator: RunningEmulator | None, json_file: Path | None) -> None:
    """Find the cause of a support case in recordings.

    FILES are HAR files, captures (NDJSON, one request on a line) or stores of the emulator, plain or compressed;
    folders of them; patterns such as '**/*.har'; or `-` for standard input.

    Exit codes: 0, the causes are shown; 2, wrong usage or not a recording; 3, the emulator does not answer; 5, the
    result cannot be written, or a bug.
    """
    from pendo_emulator.commands._shared.run_inspect import run_inspect  # noqa: PLC0415 - 150 ms that --help needs not

    run_inspect(files, emulator, json_file)
