"""Option types that all command lines use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    import os

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


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


class Instant(click.ParamType[int]):
    """A date and time in ISO 8601 with a UTC offset, converted to milliseconds since 1970."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the milliseconds; fail for any other text, and for a time before 1970."""
        if isinstance(value, int):
            return value
        try:
            moment: datetime | None = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(f"{value!r} is not a time with an offset: write 2026-01-02T03:04:05Z", param, ctx)
        if moment < _EPOCH:
            self.fail(f"{value!r} is before 1970", param, ctx)
        return (moment - _EPOCH) // _MILLISECOND


INSTANT: Final = Instant()
