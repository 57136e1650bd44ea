"""The options --emulator and --live, and the exit code if a host does not answer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from pendo_contracts.common.loopback import is_loopback
from pendo_contracts.wire.region import is_pendo_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Function = TypeVar("Function", bound=Callable[..., Any])

UNREACHABLE: Final = 3
EMULATOR_VARIABLE: Final = "PENDO_EMULATOR_URL"

_LIVE: Final = "pendo_destination.live"
_NO_TARGET: Final = (
    "say where the requests go: --emulator URL (`pendo-emulator serve` starts one and prints its URL), or run this "
    "command with `pendo-emulator exec -- ...`, or --live for Pendo's real hosts"
)


def target_options(function: Function) -> Function:
    """Add the options that select the target of a command's requests."""
    live = click.option(
        "--live",
        is_flag=True,
        expose_value=False,
        callback=_note_live,
        help="Send every request to the real Pendo hosts.",
    )
    return emulator_option(live(function))


def emulator_option(function: Function) -> Function:
    """Add the option --emulator."""
    add = click.option(
        "--emulator",
        envvar=EMULATOR_VARIABLE,
        metavar="URL",
        callback=_check_url,
        help="Send every request to the emulator at this URL, with the real host in the Host header. "
        f"[env: {EMULATOR_VARIABLE}]",
    )
    return add(function)


def _note_live(context: click.Context, _parameter: click.Parameter, live: bool) -> None:  # noqa: FBT001 - click's form
    context.meta[_LIVE] = live


def _check_url(_context: click.Context, _parameter: click.Parameter, url: str | None) -> str | None:
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise click.BadParameter(f"{url!r} is not a URL: write it like http://127.0.0.1:8080")
    if is_pendo_host((parts.hostname or "").rstrip(".")):
        raise click.BadParameter(f"{url} is a real host of Pendo: use --live to send to it")
    return url


def require_target(emulator: str | None, *, dry_run: bool = False) -> None:
    """Print the target of the requests; raise click.UsageError if no target or more than one target is given."""
    live = click.get_current_context().meta[_LIVE]
    if live and emulator:
        raise click.UsageError(_describe_conflict())
    if dry_run:
        click.echo("Dry run: no requests are sent.")
    elif emulator:
        click.echo(f"Requests go to the emulator at {emulator}")
    elif live:
        click.echo("Requests go to Pendo's real hosts.")
    else:
        raise click.UsageError(_NO_TARGET)


def _describe_conflict() -> str:
    if click.get_current_context().get_parameter_source("emulator") is ParameterSource.ENVIRONMENT:
        return f"--live sends to Pendo's real hosts, but {EMULATOR_VARIABLE} names an emulator: unset it or omit --live"
    return "--live sends to Pendo's real hosts and --emulator to an emulator: give one of them"


def check_emulator(emulator: str | None, *, may_start_later: bool = False) -> None:
    """Check that an emulator answers; exit with code 3 if nothing answers, raise click.UsageError for another server.

    With `may_start_later`, print only a note if nothing answers yet at an address of this machine.
    """
    if emulator is None:
        return
    from pendo_destination.errors import UnreachableError  # noqa: PLC0415 - --help does not need it
    from pendo_destination.transport.http_transport import answers_as_emulator  # noqa: PLC0415 - 20 ms of start-up time

    try:
        is_emulator = answers_as_emulator(emulator)
    except UnreachableError as error:
        reason = error.message[:1].lower() + error.message[1:]
        message = f"no emulator answers at {emulator} ({reason}): start one with `pendo-emulator serve`"
        if may_start_later and is_loopback(emulator):
            click.echo(f"note: {message}", err=True)
            return
        click.echo(f"Error: {message}", err=True)
        raise SystemExit(UNREACHABLE) from error
    if not is_emulator:
        raise click.UsageError(f"the server at {emulator} is not pendo-emulator: nothing was sent")


@contextmanager
def exit_if_unreachable() -> Iterator[None]:
    """Exit with code 3 if a host does not answer."""
    from pendo_destination.errors import UnreachableError  # noqa: PLC0415 - --help does not need it

    try:
        yield
    except UnreachableError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(UNREACHABLE) from error
