"""The options of serve for its state and for repeatable runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from pendo_contracts.commands.option_types import INSTANT

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.clock import Clock, RunSettings

# The value of --export-on-exit without a folder.
_SAME_FOLDER = "the folder of --import"

_OPTIONS = (
    click.option(
        "--import",
        "import_path",
        metavar="PATH",
        type=click.Path(path_type=Path),
        help="Start with the state in this folder, which --export-on-exit wrote, or with a store or a recording.",
    ),
    click.option(
        "--export-on-exit",
        "export_path",
        metavar="[FOLDER]",
        is_flag=False,
        flag_value=_SAME_FOLDER,
        help="Write the state to this folder when the emulator stops.  [default folder: that of --import]",
    ),
    click.option(
        "--clock",
        "start",
        metavar="TIME",
        type=INSTANT,
        help="Start the emulator's clock at this time, such as 2026-01-02T03:04:05Z.  [default: the machine's time]",
    ),
    click.option(
        "--clock-step",
        "step",
        metavar="SECONDS",
        type=click.FloatRange(0, 86_400),
        help="Advance the clock by this much with each request instead of with the time; 0 stops it. Needs --clock.",
    ),
    click.option(
        "--seed", default=0, show_default=True, type=int, help="Seed of the random choices of faults without a seed."
    ),
)


def state_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


class StateOptions(NamedTuple):
    """The values of the options: the path to import, the folder to export to, and the clock and the seed of the run."""

    import_path: Path | None
    export_folder: Path | None
    run: RunSettings


def take_state_options(options: dict[str, Any], workers: int) -> StateOptions:
    """Remove the options from those of a command; raise a click error if they cannot be combined."""
    from pendo_emulator.clock import RunSettings  # noqa: PLC0415 - --help does not need it

    import_path = options.pop("import_path")
    folder = _read_export_folder(options.pop("export_path"), import_path)
    clock = _read_clock(options.pop("start"), options.pop("step"), workers)
    return StateOptions(import_path, folder, RunSettings(clock, options.pop("seed")))


def _read_clock(start: int | None, step: float | None, workers: int) -> Clock:
    """Return the clock of the options; raise a click error if they cannot be combined."""
    from pendo_emulator.clock import SYSTEM_CLOCK, clock_from, stepping_clock  # noqa: PLC0415 - --help saves it

    if start is None:
        if step is not None:
            raise click.UsageError("--clock-step needs --clock, the time at which the clock starts")
        return SYSTEM_CLOCK
    if step is None:
        return clock_from(start)
    if step and workers > 1:
        raise click.UsageError("--clock-step needs one worker: the workers do not share a clock that steps")
    return stepping_clock(start, step)


def _read_export_folder(export_path: str | None, import_path: Path | None) -> Path | None:
    """Return the folder of --export-on-exit; raise a click error if it has none and --import has no folder."""
    if export_path is None:
        return None
    if export_path != _SAME_FOLDER:
        return Path(export_path)
    if import_path is None:
        raise click.UsageError("--export-on-exit needs a folder: give one, or --import FOLDER")
    if import_path.is_file():
        raise click.UsageError(f"--export-on-exit needs a folder, because --import {import_path} is a file")
    return import_path
