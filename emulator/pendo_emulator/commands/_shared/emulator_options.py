"""The options of `check` that select a running emulator."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable


class UnreachableError(Exception):
    """An emulator or a Dask scheduler that does not answer; the text says what to do."""


class RunningEmulator(NamedTuple):
    """A running emulator: its URL, the API key to check (None for all), and the token of its control API or ""."""

    url: str
    api_key: str | None = None
    token: str = ""


def emulator_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --emulator, --api-key and --token; the function gets them as the keyword argument `emulator`, or None."""

    @click.option("--emulator", metavar="URL", help="Use the requests that the emulator at this URL has recorded.")
    @click.option("--api-key", metavar="KEY", help="With --emulator: use only this API key.")
    @click.option("--token", help="With --emulator: the token of its control API, if it requires one.")
    @wraps(function)
    def with_emulator(*args: Any, emulator: str | None, api_key: str | None, token: str | None, **options: Any) -> Any:
        if emulator is None and (api_key or token):
            raise click.UsageError(f"{'--api-key' if api_key else '--token'} is for --emulator")
        running = RunningEmulator(emulator, api_key, token or "") if emulator else None
        return function(*args, emulator=running, **options)

    return with_emulator
