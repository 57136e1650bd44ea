"""The measured servers: ours, other servers that record requests, and WSGI servers with our Flask application."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.bench.beacon_corpus import KEY
from tests.bench.measured_server import ServerDescription
from tests.bench.peer_installation import BJOERN, NPM, PYTHON, PeerInstallation

BIN: Final = Path(sys.executable).parent
MEMORY_ONLY: Final = "no decoding, no judging, memory only"


def _total(keys: dict[str, int]) -> int:
    return sum(keys.values())


OURS: Final = ServerDescription(
    name="ours",
    command=f"{BIN}/pendo-emulator serve --port {{port}} --store {{folder}}/exchanges.sqlite3 --log text",
    count_url="{port}/_emulator/keys",
    read_count=_total,
)

OURS_ON_DISK: Final = replace(
    OURS,
    name="ours with durability full",
    command=f"{OURS.command} --durability full",
    note="every answered request survives a power cut",
)

STEADY: Final = ServerDescription(
    name="pact mock server",
    installation=PYTHON,
    command=f"{sys.executable} {{peers}}/pact.py {{port}} {KEY}",
    environment={"PYTHONPATH": "{installation}"},
    note=f"{MEMORY_ONLY}; does not report the number of requests",
)

MOUNTEBANK: Final = ServerDescription(
    name="mountebank in memory",
    installation=NPM,
    command="node {installation}/node_modules/mountebank/bin/mb start --port {admin} --localOnly --nologfile "
    "--loglevel error --pidfile {folder}/pid --configfile {peers}/mountebank.ejs",
    environment={"PORT": "{port}"},
    count_url="{admin}/imposters",
    read_count=lambda answer: answer["imposters"][0]["numberOfRequests"],
    note=MEMORY_ONLY,
)

FASTEST_PEERS: Final = (
    MOUNTEBANK,
    replace(
        MOUNTEBANK,
        name="mountebank with datadir",
        command=f"{MOUNTEBANK.command} --datadir {{folder}}/data",
        note="no decoding, no judging, one file for each request",
    ),
    ServerDescription(
        name="mockttp",
        installation=NPM,
        command="node {peers}/mockttp.cjs {port}",
        environment={"NODE_PATH": "{installation}/node_modules"},
        count_url="{port}/count",
        note=MEMORY_ONLY,
    ),
)

PEERS: Final = (
    *FASTEST_PEERS,
    ServerDescription(
        name="WireMock with journal",
        installation=NPM,
        command="java -jar {installation}/node_modules/wiremock/build/wiremock-standalone-3.13.2.jar --port {port} "
        "--bind-address 127.0.0.1 --root-dir {peers}/wiremock --disable-banner",
        count_url="{port}/__admin/requests?limit=1",
        read_count=lambda answer: answer["meta"]["total"],
        note=MEMORY_ONLY,
        warm_up=20,
    ),
    STEADY,
    ServerDescription(
        name="pytest-httpserver",
        installation=PYTHON,
        command=f"{sys.executable} {{peers}}/httpserver.py {{port}}",
        environment={"PYTHONPATH": "{installation}"},
        count_url="{port}/count",
        note=MEMORY_ONLY,
    ),
)

_WSGI: Final = "pendo_emulator.wsgi:application"


def _flask(server: str, command: str, installation: PeerInstallation | None = PYTHON) -> ServerDescription:
    return ServerDescription(
        name=f"Flask on {server}",
        installation=installation,
        command=f"{sys.executable} {command}",
        environment={
            "PYTHONPATH": "{installation}",
            "PENDO_EMULATOR_STORE": "{folder}/exchanges.sqlite3",
        },
        count_url="{port}/_emulator/keys",
        read_count=_total,
        note="our Flask application on another server",
    )


FLASK: Final = (
    _flask(
        "granian", "-m granian --interface wsgi --blocking-threads 1 --no-ws --log-level error --port {port} " + _WSGI
    ),
    _flask("waitress", "-m waitress --threads 4 --listen 127.0.0.1:{port} " + _WSGI),
    _flask("cheroot", "-m cheroot --threads 4 --bind 127.0.0.1:{port} " + _WSGI),
    _flask(
        "gunicorn",
        "-m gunicorn --no-control-socket --worker-class gthread --threads 4 --bind 127.0.0.1:{port} " + _WSGI,
    ),
    _flask("bjoern", "{peers}/wsgi.py bjoern {port}", BJOERN),
    _flask("werkzeug", "{peers}/wsgi.py werkzeug {port}", None),
)
