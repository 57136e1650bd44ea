"""Measures the console in Chromium: 100,000 exchanges, 500 events a second, and ten open consoles next to ingest."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.console.ingest import ingest, read_streams
from tests.bench.console.page import start_chromium, visit_large_key, watch_stream
from tests.bench.console.server import fill, serve
from tests.bench.figures import Figure, compare, make_figure, publish
from tests.bench.measured_process import LOAD_CORE

KEY = "large"
RESULTS = Path(__file__).parents[3] / "run/bench-console.json"


def measure_large_key(exchanges: int, rounds: int) -> list[Figure]:
    """Measure the time to the first usable view, and the longest frame while scrolling and filtering."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, sync_playwright() as playwright:
        store = Path(folder) / "exchanges.sqlite3"
        fill(store, KEY, exchanges)
        with serve(store) as server, start_chromium(playwright) as browser:
            visits = [visit_large_key(browser, server.url, KEY) for _ in range(rounds)]
    about = f"{exchanges:,} exchanges"
    return [
        make_figure(f"console, {about}: interactive", "s", [visit.interactive for visit in visits]),
        make_figure(f"console, {about}: longest frame, scroll", "ms", [visit.longest_scroll for visit in visits]),
        make_figure(f"console, {about}: longest frame, filter", "ms", [visit.longest_filter for visit in visits]),
    ]


def measure_stream(rate: int, seconds: int) -> list[Figure]:
    """Measure the growth of the tab and of the server while events arrive at a rate."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        serve(Path(folder) / "exchanges.sqlite3") as server,
        sync_playwright() as playwright,
        start_chromium(playwright) as browser,
    ):
        watched = watch_stream(browser, server, "stream", rate, seconds)
    about = f"console, {rate} events/s for {seconds} s"
    return [
        make_figure(f"{about}: events shown", "events", [watched.shown]),
        make_figure(f"{about}: events sent", "events", [watched.sent]),
        make_figure(f"{about}: behind at the end", "s", [watched.behind]),
        make_figure(f"{about}: growth of the tab", "MB", [watched.tab_growth / 1e6]),
        make_figure(f"{about}: growth of the server", "MB", [watched.server_growth / 1e6]),
    ]


def measure_ingest(requests: int, consoles: int, pairs: int) -> list[Figure]:
    """Measure ingest, and the processor time of the server, with open streams and without.

    The runs are short and alternate, and their order changes, so that a change of the machine's speed affects both.
    """
    alone, watched, shown = [], [], []
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        serve(Path(folder) / "exchanges.sqlite3") as server,
        read_streams(server) as streams,
    ):
        os.sched_setaffinity(0, {int(LOAD_CORE)})
        ingest(server, 2 * requests)
        for pair in range(pairs):
            for number in (0, consoles) if pair % 2 else (consoles, 0):
                streams.set_number(number)
                (watched if number else alone).append(ingest(server, requests))
                if number:
                    shown.append(streams.set_number(0) / number / requests * 100)
    name = f"ingest with {consoles} open consoles"
    figures = [make_figure(f"{name}: shown at once", "%", shown)]
    for about, unit, values in (
        (name, "req/s", [[one.rate for one in measured] for measured in (watched, alone)]),
        (f"{name}: processor", "us/req", [[one.processor for one in measured] for measured in (watched, alone)]),
    ):
        figures += [compare(about, unit, *values, "without"), make_figure(f"{about}: without", unit, values[1])]
    return figures


def main() -> None:
    """Measure what the options name, and print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exchanges", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--only", choices=("large", "stream", "ingest"))
    parser.add_argument("--json", type=Path, default=RESULTS)
    options = parser.parse_args()
    figures: list[Figure] = []
    if options.only in {None, "large"}:
        figures += measure_large_key(options.exchanges, options.rounds)
    if options.only in {None, "stream"}:
        figures += measure_stream(500, options.seconds)
    if options.only in {None, "ingest"}:
        figures += measure_ingest(options.requests, 10, options.pairs)
    publish(figures, options.json)


if __name__ == "__main__":
    main()
