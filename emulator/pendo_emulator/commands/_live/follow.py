"""Follows the timeline of an emulator: the last events, then each new one, also after the connection broke."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import click

from pendo_contracts.commands.console import echo_json, use_color
from pendo_emulator.commands._live.emulator_client import EmulatorClient, UnreachableEmulatorError
from pendo_emulator.commands._live.event_line import event_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pendo_emulator.commands._shared.emulator_options import RunningEmulator

# In seconds: the wait before each attempt to connect again.
RETRY_INTERVAL: Final = 1.0
PAGE: Final = 1000


def follow_events(
    emulator: RunningEmulator,
    api_key: str | None,
    query: str,
    last: int,
    *,
    follow: bool = True,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Mapping[str, Any]]:
    """Yield the last matching events, oldest first, then new ones; raise a click error if the emulator refuses.

    The first connection must succeed; later the function tries to connect again for as long as it takes.
    """
    client, path = EmulatorClient(emulator), timeline_path(api_key)
    events, position = last_events(client, path, query, last)
    yield from events
    while follow:
        with suppress(UnreachableEmulatorError):
            for message in client.stream(f"{path}/stream", position, q=query):
                if message.data:
                    yield json.loads(message.data)
                position = message.position or position
        sleep(RETRY_INTERVAL)


def timeline_path(api_key: str | None) -> str:
    """Return the path of a key's timeline below /_emulator, or of the timeline of all keys (None)."""
    return "timeline" if api_key is None else f"keys/{quote(api_key, safe='')}/timeline"


def last_events(client: EmulatorClient, path: str, query: str, count: int) -> tuple[list[Mapping[str, Any]], str]:
    """Return the last `count` matching events, oldest first, and the position to follow from."""
    page = client.get(path, q=query, limit=max(1, min(count, PAGE)))
    newest, events = page["newest"], page["events"]
    while len(events) < count and page["more"]:
        page = client.get(path, q=query, limit=min(count - len(events), PAGE), before=page["cursor"])
        events += page["events"]
    return events[:count][::-1], newest


def print_events(events: Iterable[Mapping[str, Any]], *, as_json: bool, with_key: bool) -> None:
    """Print each event as soon as it arrives, until Ctrl-C."""
    color = use_color(sys.stdout)
    with suppress(KeyboardInterrupt):
        for event in events:
            if as_json:  # a terminal could act on control characters above U+007F
                echo_json(json.dumps(event, ensure_ascii=sys.stdout.isatty()))
            else:
                click.echo(event_line(event, color=color, with_key=with_key), color=color)
            sys.stdout.flush()
