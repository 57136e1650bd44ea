"""What serve, exec, ca and hosts have in common: the names, and the authority that vouches for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pendo_emulator.addresses import domains

if TYPE_CHECKING:
    from pendo_emulator.tls.authority import Authority


def _check(_context: click.Context, _parameter: click.Parameter, cnames: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return domains(cnames)[1:]
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


cname_option = click.option(
    "--cname",
    "cnames",
    multiple=True,
    callback=_check,
    metavar="HOST",
    help="A customer's host that stands for Pendo's; may be repeated.",
)
ca_dir_option = click.option(
    "--ca-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the certificate authority is kept: else PENDO_EMULATOR_CA_DIR, else this user's data folder.",
)


def open_authority(folder: Path | None, cnames: tuple[str, ...]) -> Authority:
    """Open the authority; say what to do where it cannot be kept."""
    from pendo_emulator.tls.authority import Authority  # noqa: PLC0415 - cryptography takes longer to load than to start

    try:
        return Authority.open(folder, cnames)
    except OSError as error:
        message = f"cannot keep a certificate authority in {error.filename}: {error.strerror}; choose with --ca-dir"
        raise click.ClickException(message) from error
