"""The options of `visitors` and `accounts`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from pendo_emulator.commands._live.options import live_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendo_emulator.commands._shared.emulator_options import RunningEmulator


@dataclass(frozen=True, slots=True)
class ProfileQuestion:
    """Where to ask, and what: all options of both commands; `id` None lists the profiles."""

    id: str | None
    emulator: RunningEmulator
    api_key: str | None
    store: str | None
    search: str
    latest: bool
    limit: int
    as_json: bool


def profile_options(function: Callable[[ProfileQuestion], None]) -> Callable[..., None]:
    """Add the argument ID and all options; the function gets them as one question."""

    @click.argument("id", metavar="[ID]", required=False)
    @live_options
    @click.option("--api-key", metavar="KEY", help="API key; `-` for requests without one.  [default: the only one]")
    @click.option("--store", metavar="STORE", help="Read this store, a file or a postgresql:// URL, and no emulator.")
    @click.option("--search", default="", metavar="TEXT", help="List only those whose id or metadata contains a text.")
    @click.option("--latest", is_flag=True, help="List those first that were seen last.")
    @click.option("-n", "--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="Number to list.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON, as the control API answers it.")
    @wraps(function)
    def with_question(**options: Any) -> None:
        function(ProfileQuestion(**options))

    return with_question
