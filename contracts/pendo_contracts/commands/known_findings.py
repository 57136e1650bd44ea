"""The options --baseline, --update-baseline and --waivers."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_FILE = click.Path(dir_okay=False, path_type=Path)


class KnownFiles(NamedTuple):
    """The files of the options, None without one, and whether the baseline is written."""

    baseline: Path | None = None
    update: bool = False
    waivers: Path | None = None


def known_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --baseline, --update-baseline and --waivers; the function gets them as the keyword argument `known`."""

    @click.option("--baseline", type=_FILE, help="JSON file with known findings, which do not fail the check.")
    @click.option("--update-baseline", is_flag=True, help="Write the present findings to the file of --baseline.")
    @click.option("--waivers", type=_FILE, help="YAML file with findings that are accepted until a date.")
    @wraps(function)
    def with_known(
        *args: Any, baseline: Path | None, update_baseline: bool, waivers: Path | None, **options: Any
    ) -> Any:
        return function(*args, known=KnownFiles(baseline, update_baseline, waivers), **options)

    return with_known
