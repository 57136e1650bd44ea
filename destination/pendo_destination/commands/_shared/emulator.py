"""The --emulator option, and the exit code for hosts that do not answer."""

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
    help="Send every request to the emulator at this URL, with the real host in the Host header. "
    "[env: PENDO_EMULATOR_URL]",
)


@contextmanager
def exit_if_unreachable() -> Iterator[None]:
    """Exit with code 3, and say what to check, if a host does not answer."""
    try:
        yield
    except UnreachableError as error:
        click.echo(f"Error: {error}\nCheck that the emulator is running and that --emulator is correct.", err=True)
        raise SystemExit(UNREACHABLE) from error
