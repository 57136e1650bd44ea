"""Reads the capsule of a command; a file that is refused is a usage error (exit code 2)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pendo_emulator.capsule.capsule import Capsule

capsule_argument = click.argument("file", metavar="CAPSULE", type=click.Path(dir_okay=False, path_type=Path))


def open_capsule(file: Path) -> Capsule:
    """Return the capsule in a file."""
    from pendo_contracts.common.safe_text import visible  # noqa: PLC0415 - --help does not need it
    from pendo_emulator.capsule.archive import CapsuleError  # noqa: PLC0415 - the same
    from pendo_emulator.capsule.capsule import read_capsule  # noqa: PLC0415 - the same

    name = visible(str(file))
    try:
        return read_capsule(file)
    except OSError as error:
        raise click.UsageError(f"cannot open {name}: {error.strerror}") from error
    except CapsuleError as error:
        raise click.UsageError(f"REFUSED: {name} is not used as a capsule: {error}") from error
