"""Draws measured points as an SVG line plot, without a plotting library."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 420
HEIGHT: Final = 260
LEFT: Final = 64
BOTTOM: Final = 46
TOP: Final = 34
RIGHT: Final = 18


@dataclass(frozen=True)
class Plot:
    """Measured values over sizes; both axes start at 0, so that a cost in proportion is a straight line through it."""

    title: str
    size_label: str
    value_label: str
    points: Sequence[tuple[float, float]]

    def svg(self) -> str:
        """Return the plot as an SVG document."""
        corners = [self._place(size, value) for size, value in self.points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in corners)
        base = HEIGHT - BOTTOM
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
            f'font-size="11" role="img"><title>{escape(self.title)}</title>'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
            f'<text x="{LEFT}" y="18" font-size="13">{escape(self.title)}</text>'
            f'<path d="M{LEFT} {TOP}V{base}H{WIDTH - RIGHT}" fill="none" stroke="#666"/>'
            f"{self._ticks()}"
            f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">'
            f"{escape(self.size_label)}</text>"
            f'<text transform="translate(14 {(TOP + base) / 2}) rotate(-90)" text-anchor="middle">'
            f"{escape(self.value_label)}</text>"
            f'<g fill="#b3306a"><polyline points="{line}" fill="none" stroke="#b3306a" stroke-width="1.5"/>{dots}</g>'
            "</svg>\n"
        )

    def _ticks(self) -> str:
        base, largest = HEIGHT - BOTTOM, max(value for _, value in self.points)
        below = "".join(
            f'<text x="{self._place(size, 0)[0]:.1f}" y="{base + 15}" text-anchor="middle">{size:,.0f}</text>'
            for size, _ in self.points[-3:]
        )
        beside = "".join(
            f'<text x="{LEFT - 5}" y="{self._place(0, value)[1] + 4:.1f}" text-anchor="end">{value:,.3g}</text>'
            for value in (0, largest / 2, largest)
        )
        return below + beside

    def _place(self, size: float, value: float) -> tuple[float, float]:
        """Return the coordinates of a point."""
        largest_size, largest_value = (max(column) for column in zip(*self.points, strict=True))
        x = LEFT + size / largest_size * (WIDTH - LEFT - RIGHT)
        y = (HEIGHT - BOTTOM) - value / (largest_value or 1) * (HEIGHT - BOTTOM - TOP)
        return x, y
