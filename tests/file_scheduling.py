"""Distributes the tests to the workers of pytest-xdist by file, the slow files first.

With whole files, the fixtures of a module are set up once. `--dist loadgroup` cannot do this: version 3.8 of
pytest-xdist ignores the groups of pytest 9.2.
"""

import re

from xdist.scheduler import LoadScopeScheduling

# These tests share a fixture that takes seconds: Chromium, the built wheel, a PostgreSQL server.
GROUPS = {
    "tests/browser/": "browser",
    "tests/integrations/test_playwright.py": "browser",
    "tests/smoke/test_parity.py": "browser",
    "tests/integrations/": "wheel",
    "tests/test_distribution.py": "wheel",
    "tests/emulator/storage/test_durability.py": "postgresql",
}
# The parameter of tests that run with both databases.
POSTGRESQL = re.compile(r"[\[-]postgresql[\]-]")
# The files that take longest start first, so that no worker waits for the others at the end.
SLOW_FIRST = (
    "tests/browser/",
    "tests/test_docs.py",
    "tests/integrations/",
    "tests/smoke/",
    "tests/openapi/",
    "tests/clients/",
    "tests/emulator/commands/",
    "tests/destination/commands/",
    "tests/destination/source/",
    "tests/emulator/http/",
    "tests/emulator/pytest_plugin/",
    "tests/emulator/",
    "tests/contracts/checking/",
    "tests/contracts/plans/",
    "tests/contracts/contract_diff/",
    "tests/contracts/test_",
)


def first_match(nodeid, prefixes):
    """Return the place of the first prefix of a test, or the number of prefixes."""
    return next((place for place, prefix in enumerate(prefixes) if nodeid.startswith(prefix)), len(prefixes))


def sort_slow_first(items):
    """Sort tests by the folders of `SLOW_FIRST`; the order within a folder stays."""
    items.sort(key=lambda item: first_match(item.nodeid, SLOW_FIRST))


class FileScheduling(LoadScopeScheduling):
    """Gives a worker a whole file or group, in the order of the tests."""

    def __init__(self, config, log=None):
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid):
        if POSTGRESQL.search(nodeid):
            return "postgresql"
        names = [*GROUPS.values(), nodeid.partition("::")[0]]
        return names[first_match(nodeid, GROUPS)]
