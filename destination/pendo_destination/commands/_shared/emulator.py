"""What sends has in common: the way to an emulator, and what is said when nobody answers."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from pendo_destination.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator

UNREACHABLE: Final = 3

emulator_option = click.option(
    "--emulator",
    envvar="PENDO_EMULATOR_URL",
    metavar="URL",
    help="Send everything to this emulator, with the real host in the Host header. [env: PENDO_EMULATOR_URL]",
)


@contextmanager
def exit_if_unreachable() -> Iterator[None]:
    """End with exit code 3, and say what to do, where a host does not answer."""
    try:
        yield
    except UnreachableError as error:
        click.echo(f"Error: {error}\nIs the emulator running, and --emulator right?", err=True)
        raise SystemExit(UNREACHABLE) from error
