"""Output of the command lines: colour, width, and characters that the output cannot show."""

from __future__ import annotations

import codecs
import io
import os
import sys
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from typing import TextIO

    from pendo_contracts.terminal.progress_line import ProgressLine

_NO_LOCK: Final = nullcontext()
_ESCAPE: Final = "json-escape"
_DEFAULT_COLUMNS: Final = 80
_MAX_HELP_COLUMNS: Final = 80
_HELP_MARGIN: Final = 2
_MIN_HELP_WIDTH: Final = 50


def use_color(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether to write colours: never with NO_COLOR, always with FORCE_COLOR, otherwise only at a terminal."""
    if environ.get("NO_COLOR"):
        return False
    if forced := environ.get("FORCE_COLOR"):
        return forced != "0"
    return stream.isatty() and environ.get("TERM") != "dumb"


def terminal_width(stream: TextIO, environ: Mapping[str, str] = os.environ) -> int | None:
    """Return the width at which lines for a stream are wrapped: COLUMNS, or that of its terminal.

    Any other output has no width, because its lines are never wrapped.
    """
    if not stream.isatty():
        return None
    if (columns := environ.get("COLUMNS", "")).isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _DEFAULT_COLUMNS
    except (OSError, ValueError):
        return _DEFAULT_COLUMNS


def page_width(stream: TextIO, limit: int) -> int:
    """Return the width of a page of text: that of the stream's terminal, at most `limit`; `limit` for other output."""
    return min(terminal_width(stream) or limit, limit)


def can_redraw(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether a stream is a terminal that can draw a line again, as a progress line needs it."""
    return stream.isatty() and environ.get("TERM") != "dumb"


@contextmanager
def open_progress(
    stream: TextIO, total: int, clock: Callable[[], float], lock: AbstractContextManager[Any] = _NO_LOCK
) -> Iterator[ProgressLine]:
    """Show at a terminal how many of `total` bytes are done, until the block ends; 0 is an unknown total.

    Warnings in the log are written above the line. `clock` returns the time in seconds. Work or logs of several threads
    need a `lock`.
    """
    from pendo_contracts.terminal.progress_line import ProgressLine  # noqa: PLC0415 - start-up time: rarely needed
    from pendo_contracts.terminal.progress_log import log_above  # noqa: PLC0415 - start-up time: rarely needed

    def width() -> int:
        return terminal_width(stream) or _DEFAULT_COLUMNS

    progress = ProgressLine(stream, total, color=use_color(stream), width=width, clock=clock, lock=lock)
    with log_above(progress), progress:
        yield progress


def help_width(environ: Mapping[str, str] = os.environ) -> int:
    """Return the width of help texts: that of the terminal without a margin, from 50 to 78 characters.

    It is click's default without an import of shutil, which takes 4 ms.
    """
    columns = environ.get("COLUMNS", "")
    width = int(columns) if columns.isdecimal() else 0
    with suppress(AttributeError, OSError, ValueError):  # stdout is closed, or it is not a terminal
        width = width or os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    return max(min(width or _DEFAULT_COLUMNS, _MAX_HELP_COLUMNS) - _HELP_MARGIN, _MIN_HELP_WIDTH)


def is_utf8(stream: TextIO) -> bool:
    """Return whether a stream is encoded as UTF-8."""
    try:
        return codecs.lookup(stream.encoding or "ascii").name == "utf-8"
    except LookupError:
        return False


def escape_non_ascii(text: str) -> str:
    r"""Replace characters that are not ASCII by escapes like `\u00e9`, which JSON allows in strings."""
    return text.encode("ascii", _ESCAPE).decode("ascii")


def echo_json(text: str) -> None:
    """Print JSON to stdout so that it is valid UTF-8 in every encoding of the terminal."""
    sys.stdout.write(f"{text if is_utf8(sys.stdout) else escape_non_ascii(text)}\n")


def show_every_character(*streams: TextIO) -> None:
    r"""Make streams write characters that their encoding lacks as escapes like `\u2502`, without raising an error."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ESCAPE)


def _escape_characters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4)), error.end


codecs.register_error(_ESCAPE, _escape_characters)
