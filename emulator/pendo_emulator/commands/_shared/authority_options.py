"""The options --cname and --ca-dir, and a function that opens the certificate authority."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pendo_emulator.errors import EmulatorError

if TYPE_CHECKING:
    from pendo_emulator.tls.authority import Authority


def _validate(_context: click.Context, _parameter: click.Parameter, cnames: tuple[str, ...]) -> tuple[str, ...]:
    from pendo_emulator.addresses import domains  # noqa: PLC0415 - 8 ms of start-up time that --help does not need

    try:
        return domains(cnames)[1:]
    except EmulatorError as error:
        raise click.BadParameter(str(error)) from error


cname_option = click.option(
    "--cname",
    "cnames",
    multiple=True,
    callback=_validate,
    metavar="HOST",
    help="A customer's own host name for Pendo; may be repeated. `content.X` also adds `data.X`.",
)
ca_dir_option = click.option(
    "--ca-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the certificate authority.  [default: PENDO_EMULATOR_CA_DIR, or a user data folder]",
)


def open_authority(folder: Path | None, cnames: tuple[str, ...]) -> Authority:
    """Open the authority; raise a click error if it cannot be written or is refused."""
    from pendo_emulator.tls.authority import Authority  # noqa: PLC0415 - cryptography is slow to import

    try:
        return Authority.open(folder, cnames)
    except OSError as error:
        problem = f"cannot write the certificate authority to {error.filename}: {error.strerror}"
        raise click.ClickException(f"{problem}; choose another folder with --ca-dir") from error
    except EmulatorError as error:
        raise click.ClickException(str(error)) from error
