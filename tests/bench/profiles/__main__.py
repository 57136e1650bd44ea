"""Measures profiles: the time to derive many exchanges, the memory for it, and a visitor by id afterwards."""

import argparse
import random
import resource
import statistics
import sys
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import requests
from msgspec.structs import replace

from pendo_emulator.exchange import record_as
from pendo_emulator.profiles.profiles import Selection
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.recorder.store_maintenance import MaintenanceThread
from pendo_emulator.server import Emulator
from pendo_emulator.storage.store import Store
from tests.emulator.profiles.sample_events import load, meta
from tests.emulator.recorder.sample_requests import LOAD, TRACK, beacon

BATCH = 1000
QUESTIONS = 300
ACTIVE = 2000
KEY = "k"


def requests_of(visitor):
    """Return the request of one visitor that is recorded again and again: a page, an event, or metadata."""
    name, account = f"user-{visitor}", f"account-{visitor // 25}"
    match visitor % 4:
        case 0:
            return meta(name, account, plan=f"plan {visitor % 7}", email=f"{name}@example.com", seats=visitor)
        case 1:
            return load(name, account_id=account)
        case _:
            event = {"visitor_id": name, "account_id": account}
            return beacon(LOAD | event, TRACK | event)


def fill(recorder, exchanges, visitors):
    """Record exchanges of visitors; in each stretch of time, ACTIVE visitors have their sessions."""
    pool = [record_as(requests_of(visitor), 0, 200) for visitor in range(visitors)]
    choose = random.Random(1)
    for start in range(0, exchanges, BATCH):
        size = min(BATCH, exchanges - start)
        with recorder.access.transaction(size) as transaction:
            first = start * visitors // exchanges
            active = [pool[(first + choose.randrange(ACTIVE)) % visitors] for _ in range(size)]
            transaction.write([replace(one, id=transaction.first_id + place) for place, one in enumerate(active)])


def memory():
    """Return the highest memory of the process in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def milliseconds(ask, ids):
    """Return the times of questions in milliseconds."""
    times = []
    for id_ in ids:
        started = time.perf_counter()
        assert ask(id_)
        times.append((time.perf_counter() - started) * 1000)
    return times


def show(name, times):
    """Print the median and the 99th percentile of times."""
    tail = statistics.quantiles(times, n=100)[98]
    say(f"{name:34} median {statistics.median(times):6.1f} ms, p99 {tail:6.1f} ms, maximum {max(times):6.1f} ms")


def say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def derive(recorder, exchanges):
    """Derive all profiles; print the time and the memory."""
    before, started = memory(), time.monotonic()
    recorder.profiles.visitor(KEY, "user-1", timeout=100_000)  # the question waits for all exchanges
    seconds = time.monotonic() - started
    say(f"derived {exchanges:,} exchanges in {seconds:.0f} s, {exchanges / seconds:,.0f} a second")
    say(f"memory {before:.0f} MiB before, {memory():.0f} MiB at most")


def ask(recorder, visitors, address):
    """Print the times of questions to a store that is caught up."""
    choose = random.Random(2)
    profiles = recorder.profiles
    drawn = [f"user-{choose.randrange(visitors)}" for _ in range(QUESTIONS)]
    ids = [id_ for id_ in drawn if profiles.visitor(KEY, id_)]  # chance can leave out a visitor
    show("a visitor by id, in Python", milliseconds(lambda id_: profiles.visitor(KEY, id_), ids))
    show("the first 100 visitors", milliseconds(lambda _: profiles.visitors(KEY).profiles, ids[:50]))
    latest = Selection(sort="latest")
    show("the 100 latest visitors", milliseconds(lambda _: profiles.visitors(KEY, latest).profiles, ids[:50]))
    searches = [Selection(id_) for id_ in ids[:10]]
    show("a search by substring", milliseconds(lambda one: profiles.visitors(KEY, one).profiles, searches))
    with Emulator(address) as emulator, requests.Session() as session:
        session.trust_env = False
        path = f"{emulator.control_url}/keys/{KEY}/visitors/"
        assert session.get(f"{path}user-1", timeout=60).ok
        show("a visitor by id, over HTTP", milliseconds(lambda id_: session.get(path + id_, timeout=60).ok, ids))
        _ask_while_recording(emulator, session, path, ids)


def _ask_while_recording(emulator, session, path, ids):
    """Print the times while other exchanges of the key arrive: each question derives the new ones first."""
    stopped = []

    def send():
        with requests.Session() as sender:
            sender.trust_env = False
            while not stopped:
                url = beacon(TRACK | {"visitor_id": "busy"}).envelope.url.removeprefix("http://data.pendo.io")
                sender.get(emulator.host_url("data.pendo.io") + url, timeout=60)

    thread = Thread(target=send)
    thread.start()
    show("the same while events arrive", milliseconds(lambda id_: session.get(path + id_, timeout=60).ok, ids))
    stopped.append(True)
    thread.join()


def main():
    """Fill a store, derive its profiles and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exchanges", type=int, default=1_000_000)
    parser.add_argument("--visitors", type=int, default=50_000)
    parser.add_argument("--store", help="a PostgreSQL URL or a file; by default a temporary file")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        address = options.store or Path(folder) / "x.sqlite3"
        with closing(Recorder(Store(address), shared=True)) as recorder, MaintenanceThread(recorder):
            started = time.monotonic()
            recorded = recorder.keys()
            if KEY not in recorded:
                fill(recorder, options.exchanges, options.visitors)
            size = Path(address).stat().st_size / 2**20 if "://" not in str(address) else 0
            say(f"recorded {options.exchanges:,} exchanges in {time.monotonic() - started:.0f} s, {size:,.0f} MiB")
            derive(recorder, options.exchanges)
            ask(recorder, options.visitors, address)
            if size:
                say(f"store with profiles: {Path(address).stat().st_size / 2**20:,.0f} MiB")


if __name__ == "__main__":
    main()
