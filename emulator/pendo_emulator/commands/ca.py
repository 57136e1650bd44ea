"""`pendo-emulator ca`."""

from __future__ import annotations

import shlex
import sys
from typing import IO, TYPE_CHECKING, Any, Final

import click

from pendo_emulator.commands._shared.authority_options import ca_dir_option, cname_option, open_authority

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pendo_emulator.tls.trust_store import TrustStore

# The names in TRUST_STORES, whose import takes 10 ms that --help does not need.
STORE_NAMES: Final = ("system", "chromium")

into_option = click.option("--into", type=click.Choice(STORE_NAMES), help="Only this trust store.  [default: all]")


@click.group("ca")
def command() -> None:
    """Make programs trust the local certificate authority.

    The certificates of the authority are valid only for Pendo's hosts and the given CNAMEs.
    """


@command.command("export")
@click.argument("file", type=click.File("wb"), default="-")
@cname_option
@ca_dir_option
def export(file: IO[bytes], cnames: tuple[str, ...], ca_dir: Path | None) -> None:
    """Write the authority's certificate to FILE or stdout.

    The private key is not exported.
    """
    file.write(open_authority(ca_dir, cnames).pem)


@command.command("env")
@cname_option
@ca_dir_option
def env(cnames: tuple[str, ...], ca_dir: Path | None) -> None:
    """Print environment variables that make programs trust the authority.

    Use them in a shell: `eval "$(pendo-emulator ca env)"`.
    """
    # These imports take 50 ms, which --help does not need.
    from pendo_emulator.tls.authority import default_folder  # noqa: PLC0415
    from pendo_emulator.tls.trust_environment import trust_variables  # noqa: PLC0415

    authority, folder = open_authority(ca_dir, cnames), ca_dir or default_folder()
    try:
        variables = trust_variables(authority, folder)
    except OSError as error:
        problem = f"cannot write certificates to {error.filename or folder}: {error.strerror}"
        raise click.ClickException(f"{problem}; choose another folder with --ca-dir") from error
    for name, value in variables.items():
        click.echo(f"export {name}={shlex.quote(value)}")


@command.command("install")
@into_option
@cname_option
@ca_dir_option
def install(into: str | None, cnames: tuple[str, ...], ca_dir: Path | None) -> None:
    """Install the certificate in trust stores.

    These are the trust stores of the system and of Chromium.
    """
    authority = open_authority(ca_dir, cnames)
    click.echo(f"the certificate is valid for {', '.join(authority.domains)} and all subdomains", err=True)
    _change_stores(into, "installed in", lambda store: store.install(authority.pem))


@command.command("uninstall")
@into_option
def uninstall(into: str | None) -> None:
    """Remove the certificate from trust stores.

    There is no error if the certificate is not installed.
    """
    _change_stores(into, "removed from", lambda store: store.uninstall(), lambda store: store.may_hold_certificate())


def _change_stores(
    into: str | None,
    done: str,
    change: Callable[[TrustStore], Any],
    needs_change: Callable[[TrustStore], bool] = lambda _: True,
) -> None:
    """Change each store and print the result; exit with 1 if no store was changed or had the right state."""
    from pendo_emulator.tls.trust_store import TRUST_STORES  # noqa: PLC0415 - --help does not need it

    stores = [make() for name, make in TRUST_STORES.items() if into in {None, name}]
    succeeded = [_change(store, done, change) if needs_change(store) else _keep(store) for store in stores]
    sys.exit(not any(succeeded))


def _keep(store: TrustStore) -> bool:
    click.echo(f"not installed in {store}: nothing to remove")
    return True


def _change(store: TrustStore, done: str, change: Callable[[TrustStore], Any]) -> bool:
    from subprocess import CalledProcessError  # noqa: PLC0415 - --help does not need it

    if obstacle := store.obstacle():
        click.echo(f"not {done} {store}: {obstacle}", err=True)
        return False
    try:
        change(store)
    except CalledProcessError as error:
        raise click.ClickException(f"not {done} {store}: {error.stderr.strip() or error}") from error
    click.echo(f"{done} {store}")
    return True
