"""Measures inspect: the time and the memory for large recordings of three kinds."""

import argparse
import copy
import json
import lzma
import os
import random
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

SESSIONS = Path(__file__).parents[3] / "fixtures/support/sessions.ndjson.xz"
SECONDS, MEBIBYTES = 30, 300
PROGRAM = "from pendo_emulator.cli import main; main()"


def read_entries():
    """Return the entries of all sessions of the fixtures."""
    with lzma.open(SESSIONS, "rt", encoding="utf-8") as file:
        return [entry for line in file for entry in json.loads(line)["har"]["log"]["entries"]]


def repeated_sessions(entries, _):
    """Yield the sessions one after the other, each an hour later than before."""
    for hours in range(100_000):
        for entry in entries:
            started = datetime.fromisoformat(entry["startedDateTime"]) + timedelta(hours=hours)
            yield {**entry, "startedDateTime": started.isoformat()}


def large_bodies(entries, choose):
    """Yield entries whose answers have up to a megabyte of text."""
    while True:
        entry = copy.deepcopy(choose.choice(entries))
        entry["response"].setdefault("content", {})["text"] = "var value = 'text';\n" * choose.randrange(50_000)
        yield entry


def different_everything(entries, choose):
    """Yield entries with a host, a page, a policy and a key of their own."""
    for number in range(10**9):
        text = json.dumps(choose.choice(entries))
        unique = f"{number:012x}"
        text = text.replace(".example", f"-{unique}.example").replace("pendo.io/agent", f"cdn{unique}.example/agent")
        entry = json.loads(text)
        policy = " ".join(f"https://h{unique}{place}.example" for place in range(300))
        entry["response"].setdefault("headers", []).append(
            {"name": "Content-Security-Policy", "value": f"img-src {policy}"}
        )
        yield entry


def write(file, entries, size):
    """Write a HAR of at least `size` bytes."""
    with file.open("w", encoding="utf-8") as out:
        out.write('{"log": {"version": "1.2", "creator": {"name": "bench"}, "entries": [')
        for number, entry in enumerate(entries):
            out.write(("," if number else "") + json.dumps(entry))
            if number % 100 == 0 and out.tell() >= size:
                break
        out.write("]}}")


def measure(file):
    """Return the seconds of a process, its CPU seconds, and its highest memory in MiB."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, "inspect", file], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"inspect failed with status {status}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    """Measure each kind, and print the figures."""
    parser = argparse.ArgumentParser(prog="tests.bench.inspect", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200, help="size of each recording")
    size = parser.parse_args().megabytes * 1_000_000
    entries, slow = read_entries(), False
    with TemporaryDirectory() as folder:
        for kind in (repeated_sessions, large_bodies, different_everything):
            file = Path(folder, "session.har")
            write(file, kind(entries, random.Random(1)), size)
            seconds, cpu, memory = measure(file)
            slow |= seconds > SECONDS or memory > MEBIBYTES
            name = kind.__name__.replace("_", " ")
            sys.stdout.write(f"{name:24} {size / 1e6:6.0f} MB {seconds:7.1f} s {cpu:7.1f} s CPU {memory:7.0f} MiB\n")
            sys.stdout.flush()
    sys.exit(1 if slow else 0)


main()
