"""`pendo-emulator capsule show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pendo_emulator.commands.capsule.capsule_file import capsule_argument, open_capsule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pendo_emulator.capsule.capsule import Capsule

_WIDTH = 100


@click.command("show")
@capsule_argument
def command(file: Path) -> None:
    """Show what is in CAPSULE, and which values of the recording it keeps.

    Exit codes: 0, it is shown; 2, the file is refused.
    """
    for line in _lines(open_capsule(file)):
        click.echo(line)


def _lines(capsule: Capsule) -> Iterator[str]:
    from pendo_contracts.common.safe_text import counted, visible  # noqa: PLC0415 - --help does not need it
    from pendo_emulator.capsule.texts import DROPPED  # noqa: PLC0415 - the same

    yield f"CAUSE      {visible('; '.join(capsule.expected.causes))}"
    yield f"RECORDING  {capsule.recording_name}, {counted(capsule.entries, 'request')}"
    yield f"MADE BY    {visible(capsule.program)}"
    for name, has in (("settings", capsule.rules), ("faults", capsule.faults), ("scenario", capsule.scenario)):
        yield f"{name.upper():<10} {'included' if has else 'none'}"
    yield ""
    yield "DROPPED"
    yield from (f"  {text}" for text in DROPPED)
    yield ""
    yield f"KEPT       {counted(len(capsule.kept), 'value')} of the recording"
    by_reason: dict[str, list[str]] = {}
    for value, reason in capsule.kept.items():
        by_reason.setdefault(reason, []).append(value)
    for reason, values in sorted(by_reason.items()):
        yield f"  {visible(reason)}:"
        yield from _wrapped([visible(value) for value in values])


def _wrapped(values: list[str]) -> Iterator[str]:
    """Yield lines with all values."""
    line = ""
    for value in values:
        if line and len(line) + len(value) > _WIDTH:
            yield f"    {line}"
            line = ""
        line += f"{'  ' if line else ''}{value}"
    yield f"    {line}"
