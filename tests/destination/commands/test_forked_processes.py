"""Work in forked processes, whose counts the parent reads while it waits for their results."""

import subprocess
import sys

import pytest

# A process of its own, because pytest's has threads, with which Python warns of forks.
CODE = """
import multiprocessing
from functools import partial
from pendo_destination.commands._shared.forked_processes import forked, shared_counts

counts, seen = shared_counts(2), multiprocessing.get_context("fork").Event()

def count(place):
    counts[place] = place + 1
    return place if seen.wait(60) else "not seen"

def look():
    if sum(counts) == 3:
        seen.set()

with forked([partial(count, 0), partial(count, 1)], look) as results:
    print(list(results))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks processes")
def test_counts_are_seen_while_the_processes_work():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[0, 1]\n", "")
