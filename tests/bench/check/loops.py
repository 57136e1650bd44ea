"""The two loops that are compared: a check with all rules, and a bare loop that only decodes and validates."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pybase64
from isal import isal_zlib

from pendo_contracts.checking.recording_check import check_recordings
from pendo_contracts.contract import load_contract
from pendo_contracts.wire.endpoint import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The thresholds of the command line.
COLLECTION_THRESHOLDS: Final = (50_000, 10, 10)


def measure_check(file: Path) -> tuple[int, float]:
    """Check a capture with all rules; return the number of requests and requests per CPU second."""
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    start = time.process_time()
    report = check_recordings([file])
    return report.requests, report.requests / (time.process_time() - start)


def measure_bare_loop(file: Path) -> tuple[int, float]:
    """Parse each line, inflate its payload, parse it and validate its events; return the same as measure_check."""
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    contracts = next(endpoint.contracts for endpoint in ENDPOINTS if endpoint.name == "ptm.gif")
    validators = {name: load_contract(contract).compiled for name, contract in contracts.items()}
    start, requests = time.process_time(), 0
    with file.open("rb") as lines:
        for line in lines:
            requests += 1
            for event in _events(msgspec.json.decode(line)):
                if not validators[event["type"]].is_valid(event):
                    raise ValueError(f"the corpus has an invalid event in line {requests}")
    return requests, requests / (time.process_time() - start)


def _events(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    body = request["body"]
    packed = msgspec.json.decode(body)["events"] if body else dict(parse_qsl(urlsplit(request["url"]).query))["jzb"]
    padded = packed + "=" * (-len(packed) % 4)
    events = msgspec.json.decode(isal_zlib.decompress(pybase64.urlsafe_b64decode(padded)))
    return iter(events)
