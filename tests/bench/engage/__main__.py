"""Measures the Engage API with a million exchanges: the derivation, its answers, and the memory of the server.

Fails if the CPU time of an answer, or the memory of the server, exceeds its budget. Other programs delay answers, but
do not change their CPU time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from contextlib import closing, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import requests

from pendo_contracts.judge import judge_request
from pendo_emulator.exchange import record_as
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.storage.rows import exchange_row
from pendo_emulator.storage.store import Store
from tests.bench.engage.journal import DAYS, FIRST_DAY, KEY, fill, generate, row_of
from tests.bench.measured_process import cpu_seconds_of
from tests.stress.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Callable

EXCHANGES: Final = 1_000_000
# Budgets: milliseconds for the schema and for a visitor, seconds for an aggregation, and MiB for the server.
MAX_SCHEMA: Final = 20.0
MAX_AGGREGATION: Final = 3.0
MAX_MEMORY: Final = 1_024
QUESTIONS: Final = 100
REPEATS: Final = 3
COMPARED: Final = 500
TIMEOUT: Final = 3_600

EVENTS_BY_DAY: Final = (
    {"group": {"group": ["day"], "fields": {"visitors": {"count": "visitorId"}, "events": {"sum": "numEvents"}}}},
    {"sort": ["day"]},
)
AGGREGATIONS: Final[dict[str, tuple[str, tuple[dict[str, Any], ...]]]] = {
    "events and visitors by day": ("events", EVENTS_BY_DAY),
    "the 100 busiest visitors": (
        "events",
        (
            {"group": {"group": ["visitorId"], "fields": {"events": {"sum": "numEvents"}}}},
            {"sort": ["-events"]},
            {"limit": 100},
        ),
    ),
    "track events by type": (
        "trackEvents",
        ({"group": {"group": ["trackTypeId"], "fields": {"events": {"sum": "numEvents"}}}},),
    ),
}


class Client:
    """Asks a running server, with the integration key of KEY, and reads what its process uses."""

    def __init__(self, server: ServerProcess) -> None:
        self._address = "http://{}:{}".format(*server.address)
        (self._pid,) = server.processes()
        self._session = requests.Session()
        self._session.trust_env = False
        keys = self._session.get(f"{self._address}/_emulator/keys/{KEY}/engage", timeout=TIMEOUT).json()
        self._session.headers["x-pendo-integration-key"] = keys["read_only"]

    def get(self, path: str) -> requests.Response:
        """Return the answer to a question; ask again while the derivation is not complete."""
        while (answer := self._session.get(f"{self._address}/api/v1/{path}", timeout=TIMEOUT)).status_code == 503:
            time.sleep(0.1)
        answer.raise_for_status()
        return answer

    def aggregate(self, source: str, steps: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
        """Return the rows of a pipeline over all days."""
        time_series = {"period": "dayRange", "first": FIRST_DAY, "count": DAYS + 1}
        pipeline = [{"source": {source: None, "timeSeries": time_series}}, *steps]
        answer = self._session.post(
            f"{self._address}/api/v1/aggregation", json={"request": {"pipeline": pipeline}}, timeout=TIMEOUT
        )
        answer.raise_for_status()
        rows: list[dict[str, Any]] = answer.json()["results"]
        return rows

    def send(self, number: int) -> None:
        """Send one track event."""
        event = {"type": "track", "event": "Late", "visitorId": f"late-{number}", "timestamp": FIRST_DAY}
        headers = {"x-pendo-integration-key": KEY}
        self._session.post(f"{self._address}/_host/data.pendo.io/data/track", json=event, headers=headers, timeout=60)

    def cpu_seconds(self) -> float:
        """Return the CPU time of the server until now."""
        return cpu_seconds_of(self._pid)

    def peak_memory(self) -> float:
        """Return the highest memory of the server in MiB since the last call."""
        status = Path(f"/proc/{self._pid}/status").read_text()
        peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
        with suppress(OSError):
            Path(f"/proc/{self._pid}/clear_refs").write_text("5")
        return peak


class Report:
    """Prints figures, and remembers which exceed their budget."""

    def __init__(self) -> None:
        self.exceeded: list[str] = []

    def add(self, name: str, value: float, unit: str, budget: float | None = None, note: str = "") -> None:
        """Print a figure."""
        limit = f"  (budget {budget:,.0f} {unit})" if budget is not None else ""
        sys.stdout.write(f"{name:48} {value:10,.1f} {unit}{limit}  {note}\n")
        sys.stdout.flush()
        if budget is not None and value >= budget:
            self.exceeded.append(name)


def check_rows() -> None:
    """Fail unless the journal writes its rows as the recorder does."""
    for number, sent in enumerate(islice(generate(COMPARED), COMPARED)):
        assert row_of(sent, number) == exchange_row(record_as(judge_request(sent.envelope), number, 200))


class Times(NamedTuple):
    """The times of a question that is asked again and again, in seconds, and the CPU time of one answer."""

    seconds: list[float]
    cpu_seconds: float

    def __str__(self) -> str:
        median, longest = statistics.median(self.seconds), max(self.seconds)
        return f"median {median * 1000:,.1f} ms, maximum {longest * 1000:,.1f} ms"


def ask_often(client: Client, ask: Callable[[], object], count: int) -> Times:
    """Ask a question `count` times."""
    seconds, before = [], client.cpu_seconds()
    for _ in range(count):
        started = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - started)
    return Times(seconds, (client.cpu_seconds() - before) / count)


def measure(client: Client, report: Report, exchanges: int) -> None:
    """Print the figures of a server whose store has nothing derived yet."""
    before, started = client.cpu_seconds(), time.monotonic()
    client.get("metadata/schema/visitor")
    used, seconds = client.cpu_seconds() - before, time.monotonic() - started
    report.add("derivation", exchanges / used, "exchanges per CPU second", note=f"in {seconds:,.0f} s")
    report.add("memory during the derivation", client.peak_memory(), "MiB", MAX_MEMORY)
    (busiest, *_) = client.aggregate(*AGGREGATIONS["the 100 busiest visitors"])
    for name, path in (("schema", "metadata/schema/visitor"), ("visitor by id", f"visitor/{busiest['visitorId']}")):
        times = ask_often(client, partial(client.get, path), QUESTIONS)
        report.add(name, times.cpu_seconds * 1000, "ms of CPU", MAX_SCHEMA, str(times))
    for name, aggregation in AGGREGATIONS.items():
        times = ask_often(client, partial(client.aggregate, *aggregation), REPEATS)
        report.add(name, times.cpu_seconds, "s of CPU", MAX_AGGREGATION, str(times))
    report.add("memory during the aggregations", client.peak_memory(), "MiB", MAX_MEMORY)
    rows = client.aggregate("events", ())
    report.add("memory while all rows of events are answered", client.peak_memory(), "MiB", note=f"{len(rows):,} rows")


def measure_during_ingest(client: Client, sender: Client, report: Report) -> None:
    """Print the times of questions while events arrive: each derives the new events first."""
    stopped, sent = Event(), 0

    def send() -> None:
        nonlocal sent
        while not stopped.is_set():
            sender.send(sent)
            sent += 1

    thread = Thread(target=send)
    thread.start()
    times = ask_often(client, partial(client.get, "metadata/schema/visitor"), QUESTIONS)
    stopped.set()
    thread.join()
    median = statistics.median(times.seconds) * 1000
    report.add("schema while events arrive", median, "ms", note=f"{times}; {sent:,} events arrived")
    client.get(f"visitor/late-{sent - 1}")


def main() -> int:
    """Fill a store, ask a server, and return 1 if a budget is exceeded."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.engage", description=__doc__)
    parser.add_argument("--exchanges", type=int, default=EXCHANGES)
    parser.add_argument("--store", type=Path, help="a file that is kept; if it exists, it is measured as it is")
    options = parser.parse_args()
    check_rows()
    report = Report()
    with TemporaryDirectory() as folder:
        file = options.store or Path(folder) / "x.sqlite3"
        if not file.exists():
            started = time.monotonic()
            with closing(Recorder(Store(file), shared=True)) as recorder:
                fill(recorder, options.exchanges)
            report.add("recorded", options.exchanges, "exchanges", note=f"in {time.monotonic() - started:,.0f} s")
        server = ServerProcess(str(file), Path(folder) / "log")
        server.start()
        try:
            client = Client(server)
            measure(client, report, options.exchanges)
            measure_during_ingest(client, Client(server), report)
        finally:
            server.stop()
    for name in report.exceeded:
        sys.stdout.write(f"over its budget: {name}\n")
    return int(bool(report.exceeded))


if __name__ == "__main__":
    sys.exit(main())
