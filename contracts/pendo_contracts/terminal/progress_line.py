"""A line at a terminal that shows how much of a work is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from pendo_contracts.terminal.styled_text import cell_width, paint

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import TextIO

# In seconds.
INTERVAL: Final = 0.1
BAR_WIDTH: Final = 30
MIN_BAR_WIDTH: Final = 5
_CLEAR_LINE: Final = "\r\x1b[K"
_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB")


class ProgressLine:
    """Shows how many bytes are done. The line is drawn again at most ten times a second, and removed at the end.

    It has no thread: it is drawn when the work calls it. If several threads call it, `lock` must be a real lock.
    `width` is called before each drawing, because the terminal can become narrower.
    """

    def __init__(
        self,
        stream: TextIO,
        total: int,
        *,
        color: bool,
        width: Callable[[], int],
        clock: Callable[[], float],
        lock: AbstractContextManager[Any],
    ) -> None:
        self._stream, self._total, self._color, self._width, self._clock = stream, total, color, width, clock
        self._done, self._note = 0.0, ""
        self._start, self._drawn_at = clock(), float("-inf")
        self._lock = lock

    def __enter__(self) -> Self:
        self.show(0)
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    @property
    def elapsed(self) -> float:
        """The seconds since the work began."""
        return self._clock() - self._start

    def advance(self, size: int) -> None:
        """Show `size` more bytes as done."""
        with self._lock:
            self._done += size
            self._draw_if_due()

    def show(self, done: float, note: str = "") -> None:
        """Show that so many bytes are done, and a note."""
        with self._lock:
            self._done, self._note = done, note
            self._draw_if_due()

    def clear(self) -> None:
        """Remove the line; the next change draws it again."""
        self._replace_by("")

    def write_above(self, text: str) -> None:
        """Write a line of text above the progress line, which the next change draws again."""
        self._replace_by(f"{text}\n")

    def _replace_by(self, text: str) -> None:
        with self._lock:
            self._stream.write(_CLEAR_LINE + text)
            self._stream.flush()
            self._drawn_at = float("-inf")

    def _draw_if_due(self) -> None:
        now = self._clock()
        if now - self._drawn_at < INTERVAL:
            return
        self._drawn_at = now
        self._stream.write(_CLEAR_LINE + self._line(now - self._start, self._width()))
        self._stream.flush()

    def _line(self, elapsed: float, width: int) -> str:
        share = min(self._done / self._total, 1.0) if self._total else None
        size = _size(self._done) if share is None else f"{share:4.0%} of {_size(self._total)}"
        left = f"{_duration(elapsed / share - elapsed)} left" if share and elapsed >= 1 else ""
        if share is None:
            return self._joined(size, self._note)[: width - 1]
        # In a narrow terminal, the bar is more important than the time that is left, and than the note.
        for parts in ((size, self._note, left), (size, self._note), (size,)):
            text = self._joined(*parts)
            room = min(BAR_WIDTH, width - cell_width(text) - 3)
            if room >= MIN_BAR_WIDTH:
                break
        else:
            return text[: width - 1]
        full = round(room * share)
        done, rest = ("━", "─") if _has_lines(self._stream) else ("#", "-")
        bar = paint(done * full, "green", color=self._color) + paint(rest * (room - full), "dim", color=self._color)
        return f"{bar}  {text}"

    @staticmethod
    def _joined(*parts: str) -> str:
        return "  ".join(filter(None, parts))


def _has_lines(stream: TextIO) -> bool:
    try:
        "━─".encode(stream.encoding or "ascii")
    except (LookupError, UnicodeError):
        return False
    return True


def _size(count: float) -> str:
    """Return a number of bytes in the largest unit of which it has at least one: `12.3 MB`."""
    unit = digits = 0
    while round(count, digits) >= 1000 and unit < len(_UNITS) - 1:
        count, unit, digits = count / 1000, unit + 1, 1
    return f"{count:.{digits}f} {_UNITS[unit]}"


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
