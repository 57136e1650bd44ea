"""Runs events through our destination with the three presets and prints the CPU time.

Arguments: an NDJSON file of events and the form: `parsed` (parse before the measurement), `NDJSON`, or `checked NDJSON`
(with the checks of `send`: UTF-8, size, depth, `__proto__`). The actions do nothing, because Segment's program performs
none; the rest of the delivery is measured.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.destination_instance import DestinationInstance, compile_plugins
from pendo_destination.runtime.event_reader import EventReader, is_usual
from pendo_destination.runtime.stored_identity import StoredIdentity


class IdleAgent:
    """An agent that can only be started."""

    def initialize(self, options: object) -> None:
        """Do nothing."""


def perform_nothing(pendo: object, payload: object, context: object) -> None:
    """Do nothing."""


IDLE_ACTIONS = {name: replace(action, perform=perform_nothing) for name, action in PENDO_WEB.actions.items()}
IDLE_DESTINATION = replace(PENDO_WEB, actions=IDLE_ACTIONS)


def main() -> None:
    """Run all events through the destination and print the count, the matches and the CPU seconds as JSON."""
    lines = Path(sys.argv[1]).read_text("utf-8").encode().splitlines()
    events = [msgspec.json.decode(line) for line in lines] if sys.argv[2] == "parsed" else None
    plugins = compile_plugins(IDLE_DESTINATION, PENDO_WEB.presets)
    reader = EventReader(plugins)
    instance = DestinationInstance(IDLE_DESTINATION, {"apiKey": "k"}, plugins, lambda _script: IdleAgent(), "browser")
    instance.load(StoredIdentity())
    usual = [sys.argv[2] == "NDJSON" and is_usual(line) for line in lines]
    start = time.process_time()
    matched = 0
    if events is not None:
        for event in events:
            matched += instance.deliver(event)
    else:
        for is_checked, line in zip(usual, lines, strict=True):
            matched += instance.deliver(reader.read_usual(line) if is_checked else reader.read(line))
    seconds = time.process_time() - start
    sys.stdout.write(json.dumps({"events": len(lines), "matched": matched, "seconds": seconds}) + "\n")


if __name__ == "__main__":
    main()
