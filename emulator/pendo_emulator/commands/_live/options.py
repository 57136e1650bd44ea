"""The options of tail, show and open that select a running emulator."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from pendo_emulator.commands._shared.emulator_options import RunningEmulator

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_URL = "http://127.0.0.1:8080"

query_option = click.option(
    "-q",
    "--query",
    default="",
    metavar="QUERY",
    help='Select events: type:track name:"Signed Up" is:broken -visitor:u1 since:5m text; see docs/timeline.md.',
)


def live_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --emulator and --token; the function gets them as the keyword argument `emulator`."""

    @click.option(
        "--emulator",
        metavar="URL",
        default=DEFAULT_URL,
        show_default=True,
        envvar="PENDO_EMULATOR_URL",
        help="URL of the emulator.",
    )
    @click.option("--token", envvar="PENDO_EMULATOR_TOKEN", help="Token of its control API, if it requires one.")
    @wraps(function)
    def with_emulator(*args: Any, emulator: str, token: str | None, **options: Any) -> Any:
        return function(*args, emulator=RunningEmulator(emulator.rstrip("/"), token=token or ""), **options)

    return with_emulator
