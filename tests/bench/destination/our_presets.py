"""Runs events through our destination with the three presets and prints the time.

Arguments: an NDJSON file of events and the form, `parsed` (parse before the measurement) or `NDJSON`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import msgspec

from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.runtime.destination_instance import DestinationInstance, compile_plugins
from pendo_destination.runtime.stored_identity import StoredIdentity


class IdleAgent:
    """An agent that does nothing, so that only the destination is measured."""

    def initialize(self, options: object) -> None:
        """Do nothing."""

    def identify(self, options: object) -> None:
        """Do nothing."""

    def track(self, name: object, props: object) -> None:
        """Do nothing."""


def main() -> None:
    """Run all events through the destination and print the count, the matches and the seconds as JSON."""
    lines = Path(sys.argv[1]).read_bytes().splitlines()
    decode = msgspec.json.Decoder().decode
    events = [decode(line) for line in lines] if sys.argv[2] == "parsed" else None
    plugins = compile_plugins(PENDO_WEB, PENDO_WEB.presets)
    instance = DestinationInstance(PENDO_WEB, {"apiKey": "k"}, plugins, lambda _script: IdleAgent(), "browser")
    instance.load(StoredIdentity())
    start = time.perf_counter()
    matched = sum(map(instance.deliver, events if events is not None else map(decode, lines)))
    seconds = time.perf_counter() - start
    sys.stdout.write(json.dumps({"events": len(lines), "matched": matched, "seconds": seconds}) + "\n")


if __name__ == "__main__":
    main()
