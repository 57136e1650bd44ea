"""Option types that all command lines use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import os


class NewFile(click.Path):
    """A file to write; `-` is rejected, and `advice` says what to do instead."""

    def __init__(self, advice: str = "give the name of a file, because stdout shows the summary") -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self._advice = advice

    def convert(self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; fail for `-`."""
        if value == "-":
            self.fail(f"`-` is not a file name: {self._advice}", param, ctx)
        return super().convert(value, param, ctx)
