"""`pendo-emulator ca`."""

from __future__ import annotations

import shlex
import subprocess
import sys
from typing import IO, TYPE_CHECKING, Any

import click

from pendo_emulator.commands._shared.authority import ca_dir_option, cname_option, open_authority
from pendo_emulator.tls.authority import default_folder
from pendo_emulator.tls.trust_environment import trust_variables
from pendo_emulator.tls.trust_store import STORES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pendo_emulator.tls.trust_store import Store

into_option = click.option("--into", type=click.Choice(list(STORES)), help="Only this store; else each there is.")


@click.group("ca")
def command() -> None:
    """Let programs trust the local authority, which can vouch for Pendo's names and the CNAMEs given, and no other."""


@command.command("export")
@click.argument("file", type=click.File("wb"), default="-")
@cname_option
@ca_dir_option
def export(file: IO[bytes], cnames: tuple[str, ...], ca_dir: Path | None) -> None:
    """Write its certificate to FILE, or print it; the key stays where it is."""
    file.write(open_authority(ca_dir, cnames).pem)


@command.command("env")
@cname_option
@ca_dir_option
def env(cnames: tuple[str, ...], ca_dir: Path | None) -> None:
    """Print the variables by which programs trust it: `eval "$(pendo-emulator ca env)"`."""
    authority = open_authority(ca_dir, cnames)
    for name, value in trust_variables(authority, ca_dir or default_folder()).items():
        click.echo(f"export {name}={shlex.quote(value)}")


@command.command("install")
@into_option
@cname_option
@ca_dir_option
def install(into: str | None, cnames: tuple[str, ...], ca_dir: Path | None) -> None:
    """Make this system, and Chromium, trust it."""
    pem = open_authority(ca_dir, cnames).pem
    _each(into, "installed in", lambda store: store.install(pem))


@command.command("uninstall")
@into_option
def uninstall(into: str | None) -> None:
    """Take it out of where install has put it."""
    _each(into, "gone from", lambda store: store.uninstall())


def _each(into: str | None, done: str, act: Callable[[Store], Any]) -> None:
    """Act on each store and say what came of it; exit code 1 if nothing could be done."""
    acted = [_try(make(), done, act) for name, make in STORES.items() if into in {None, name}]
    sys.exit(not any(acted))


def _try(store: Store, done: str, act: Callable[[Store], Any]) -> bool:
    if obstacle := store.obstacle():
        click.echo(f"not {done} {store}: {obstacle}", err=True)
        return False
    try:
        act(store)
    except subprocess.CalledProcessError as error:
        raise click.ClickException(f"not {done} {store}: {error.stderr.strip() or error}") from error
    click.echo(f"{done} {store}")
    return True
