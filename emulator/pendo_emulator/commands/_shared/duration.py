"""A span of time as an option takes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from typing import Any

_SPAN: Final = re.compile(r"(\d+)([smhd]?)")
_SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Span(click.ParamType[float]):
    """A number with s, m, h or d; becomes seconds."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a span; fail for anything else."""
        found = _SPAN.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is no span of time: write 90s, 30m, 12h or 7d", param, ctx)
        return int(found[1]) * _SECONDS[found[2]]


SPAN: Final = Span()
