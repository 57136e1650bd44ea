"""Which cases `make test` runs; `make test-all` runs all of them."""

import os

import pytest

RUNS_ALL = os.environ.get("HYPOTHESIS_PROFILE") == "search"
only_in_test_all = pytest.mark.skipif(not RUNS_ALL, reason="make test-all runs it")


def selected(cases):
    """Return every third case, or all cases in `make test-all`."""
    return list(cases) if RUNS_ALL else list(cases)[::3]
