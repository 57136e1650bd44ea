"""Fixtures of many tests: they send beacons to a host of the emulator, in the agent's format."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import hypothesis
import pytest
import requests

from pendo_contracts.wire import jzb
from tests.file_scheduling import FileScheduling, sort_slow_first

# The clients of the tests talk to loopback only; a proxy of the environment must not see their requests.
if os.environ.get("HTTP_PROXY") or os.environ.get("http_proxy"):
    os.environ.setdefault("NO_PROXY", "localhost,127.0.0.1,::1")

# A loaded machine needs more than Hypothesis's 200 ms for an example; that is no error.
hypothesis.settings.register_profile("search", deadline=None)
# The same examples in each run: no unrelated example fails a change. `make test-all` searches for new ones, and for
# twice as many.
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True, max_examples=50)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "tests"))

# In GitHub Actions, commands also print annotations; the tests that want them ask for them.
for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
    os.environ.pop(name, None)

LOAD = {
    "type": "load", "browser_time": 1795376101244, "visitor_id": "v1", "account_id": None,
    "url": "https://app.example/", "props": {"load_time": 284.3}, "parentTabId": None, "tabId": "QLNwO3VnijXxcKFX",
    "frameId": "MA1vCZHQC0awDKEB", "sessionId": "YBhHS8xoSSCstmKW", "utm": {"channel": "Direct"}, "sequence": 0,
    "bytes": 320,
}  # fmt: skip
ROOT = Path(__file__).parents[1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return FileScheduling(config, log) if config.getoption("dist") == "load" else None  # the default of `-n`


# First, because --stepwise counts tests in the order of this moment.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    sort_slow_first(items)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Build wheel and sdist; return their folder."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True, capture_output=True
    )
    return folder


@pytest.fixture(scope="session")
def environment(built, tmp_path_factory):
    """Install the wheel in an empty environment; its dependencies come from this environment, read-only."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    (wheel,) = built.glob("*.whl")
    python = folder / "bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return folder / "bin"


@pytest.fixture
def beacon_path():
    """Write the path and query of a ptm.gif beacon for an API key; overrides change its one load event."""

    def path(api_key, **overrides):
        return f"/data/ptm.gif/{api_key}?v=2.291.4_prod&ct=1795376101259&jzb={jzb.encode([LOAD | overrides])}"

    return path


@pytest.fixture
def send(pendo, beacon_path):
    """Send one load event to a host of the test's space."""

    def send_beacon(host="data.pendo.io", **overrides):
        return requests.get(pendo.host_url(host) + beacon_path(pendo.api_key, **overrides), timeout=30)

    return send_beacon


@pytest.fixture
def send_by_java():
    """Return a function that sends requests (method, path, body) as in java/Client.java and returns the statuses."""
    java = shutil.which("java") or pytest.skip("Java is not installed: apt-get install default-jdk-headless")

    def send_requests(url, *calls):
        command = [java, Path(__file__).parent / "java/Client.java", url, *calls]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    return send_requests
