"""Runs pytest sessions inside a test."""

import pytest

# Pytest-timeout would replace the alarm of the outer test; the others take time or make the order random.
UNUSED_PLUGINS = ("cacheprovider", "schemathesis", "randomly", "timeout")
OPTIONS = ("--strict-markers", *(option for name in UNUSED_PLUGINS for option in ("-p", f"no:{name}")))


@pytest.fixture
def run(pytester, pendo_server):  # noqa: ARG001 - pendo_server has loaded the emulator, so that no session loads it again
    """Return a function that runs the tests of some code in this process, which starts no other one."""

    def run_session(code, *options):
        pytester.makepyfile(code)
        return pytester.runpytest_inprocess(*OPTIONS, *options)

    return run_session
