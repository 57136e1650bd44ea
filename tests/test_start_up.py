"""A help and the start of a server import no module that they do not need, because imports are most of their time."""

import subprocess
import sys
from pathlib import Path

import pytest

HAR = Path(__file__).parents[1] / "fixtures/captures/region-us.har"
HELP = """
import sys
from {package}.cli import main
main({words!r}, standalone_mode=False)
print(*sys.modules)
"""
SERVE = """
import socket, sys
from pendo_emulator.commands._shared.emulator_start import start
from pendo_emulator.commands._shared.rule_options import read_plan_option, read_settings
files = {"rules": read_settings(None), "plan": read_plan_option(None, None)}
with start(store=sys.argv[1], **files) as emulator, socket.create_connection((emulator.host, emulator.port)) as client:
    client.sendall(f"GET {sys.argv[2]} HTTP/1.1\\r\\nHost: data.pendo.io\\r\\n\\r\\n".encode())
    answer = client.recv(65536)
    loaded = list(sys.modules)
print(answer.partition(b"\\r\\n")[0].decode())
print(*loaded)
"""
CHECK = """
import sys
from pendo_emulator.cli import main
try:
    main(["check", sys.argv[1]], standalone_mode=False)
except SystemExit:
    print(*sys.modules)
"""
# These modules take 10 ms or more, or they take 3 ms and one command in ten needs them.
WEB = {"flask", "jinja2", "requests", "urllib3", "werkzeug"}
REPORT = {"jsonschema", "pendo_contracts.report", "pendo_contracts.rules.catalogue", "referencing", "yaml"}
STORE = {"sqlalchemy", "psycopg"}
RARE = {"cryptography", "difflib", "hmac", "importlib.resources", "liquid", "prometheus_client", "tempfile"}
# Each decorator of a dataclass takes 1 ms.
CLASSES = {"dataclasses"}
PLAN = {"pendo_contracts.plans.csv_plan", "pendo_contracts.plans.loading"}
POOL = {"concurrent.futures", "multiprocessing", "subprocess"}
SERVER = {"asyncio", "httptools", "jsonschema_rs", "msgspec", "sqlite3", "uvloop"}
IMPLEMENTATION = {
    "pendo_contracts.judge",
    "pendo_contracts.recordings",
    "pendo_contracts.rules",
    "pendo_contracts.wire.beacon",
    "pendo_destination.agent",
    "pendo_destination.browser",
    "pendo_destination.destinations",
    "pendo_destination.runtime",
    "pendo_emulator.http",
    "pendo_emulator.recorder",
    "pendo_emulator.server",
    "pendo_emulator.storage",
}
HELPS = [
    ("pendo_emulator", ["serve"]),
    ("pendo_emulator", ["exec"]),
    ("pendo_emulator", ["check"]),
    ("pendo_emulator", ["inspect"]),
    ("pendo_emulator", ["compare"]),
    ("pendo_emulator", ["causes"]),
    ("pendo_destination", ["send"]),
    ("pendo_destination", ["serve"]),
    ("pendo_destination", ["replay"]),
    ("pendo_destination", ["migrate"]),
    ("pendo_destination", ["day"]),
    ("pendo_destination", ["explain"]),
    ("pendo_destination", ["conformance"]),
    ("pendo_destination", ["scenario", "run"]),
]


def run_program(program, *arguments):
    """Run a Python program and return the lines that it prints."""
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize(("package", "words"), HELPS, ids=lambda part: part if isinstance(part, str) else part[0])
def test_help_imports_no_implementation(package, words):
    loaded = run_program(HELP.format(package=package, words=[*words, "--help"]))[-1].split()
    unneeded = WEB | REPORT | STORE | RARE | SERVER | IMPLEMENTATION | CLASSES | POOL
    assert unneeded & set(loaded) == set()


@pytest.mark.parametrize("package", ["pendo_emulator", "pendo_destination"])
def test_list_of_commands_imports_no_slow_library(package):
    loaded = run_program(HELP.format(package=package, words=["--help"]))[-1].split()
    assert (WEB | STORE | {"asyncio", "cryptography", "jsonschema", "liquid", "sqlite3"}) & set(loaded) == set()


def test_server_answers_a_valid_beacon_without_slow_libraries(tmp_path, beacon_path):
    status, loaded = run_program(SERVE, str(tmp_path / "store.sqlite3"), beacon_path("k"))
    assert status == "HTTP/1.1 200 OK"
    assert (WEB | REPORT | STORE | RARE | CLASSES | PLAN) & set(loaded.split()) == set()


def test_check_of_a_har_imports_no_server_and_no_process_pool():
    loaded = set(run_program(CHECK, str(HAR))[-1].split())
    assert "pendo_contracts.judge" in loaded
    assert (WEB | STORE | CLASSES | PLAN | POOL | {"asyncio", "cryptography", "jsonschema", "uvloop"}) & loaded == set()
