"""One line of text about an event, for terminals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

from pendo_contracts.common.safe_text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_VALUE: Final = 60
COLORS: Final = {"kept": "green", "broken": "red", "not-judged": "yellow"}

_TYPE_WIDTH: Final = 10
_PLACE_WIDTH: Final = 6


def event_line(event: Mapping[str, Any], *, color: bool, with_key: bool) -> str:
    """Return time, verdict, type, region, name, visitor and account of an event in one line; all values are escaped."""
    verdict = _text(event, "verdict")
    style = COLORS.get(verdict)
    place = _text(event, "host") if event.get("region") in {"cname", "unlisted"} else _text(event, "region")
    columns = [
        _time(event.get("time")),
        _paint(verdict.ljust(10), color=color, fg=style),
        _paint(_text(event, "type").ljust(_TYPE_WIDTH), color=color, bold=True),
        place.ljust(_PLACE_WIDTH),
        *([_text(event, "key") or "-"] if with_key else []),
        *_details(event),
        _paint(f"#{_text(event, 'id')}", color=color, dim=True),
    ]
    return " ".join(columns)


def _details(event: Mapping[str, Any]) -> list[str]:
    details = [f'"{_text(event, "name")}"'] if event.get("name") is not None else []
    details += [f"{name}={_text(event, name)}" for name in ("visitor", "account") if event.get(name) is not None]
    if event.get("index") is None:
        details.append(_text(event, "endpoint"))
    lost = event.get("fault") or event.get("rejection")
    if lost:
        details.append(f"({visible(str(lost), MAX_VALUE)}: {event.get('status') or 'no answer'})")
    return details


def _text(event: Mapping[str, Any], name: str) -> str:
    return visible(str(event.get(name) or ""), MAX_VALUE)


def _time(milliseconds: Any) -> str:
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000).astimezone()
    except (TypeError, ValueError, OverflowError, OSError):
        return "--:--:--.---"
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03}"


def _paint(text: str, *, color: bool, **style: Any) -> str:
    return click.style(text, **style) if color else text
