"""The servers that are measured: ours, its peers, and others that can serve our Flask application."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from corpus import KEY
from kit import BJOERN, NPM, PYTHON, Kit
from server import Server

BIN: Final = Path(sys.executable).parent
MEMORY_ONLY: Final = "no decoding, no judging, in memory only"


def _recorded(keys: dict[str, int]) -> int:
    return sum(keys.values())


OURS: Final = Server(
    name="ours",
    command=f"{BIN}/pendo-emulator serve --port {{port}} --store {{folder}}/exchanges.sqlite3 --log none",
    count="{port}/_emulator/keys",
    number=_recorded,
)

OURS_ON_DISK: Final = replace(
    OURS,
    name="ours with durability full",
    command=f"{OURS.command} --durability full",
    note="every answer survives a power cut",
)

STEADY: Final = Server(
    name="pact mock server",
    kit=PYTHON,
    command=f"{sys.executable} {{peers}}/pact.py {{port}} {KEY}",
    environment={"PYTHONPATH": "{kit}"},
    note=f"{MEMORY_ONLY}; tells no number of requests",
)

MOUNTEBANK: Final = Server(
    name="mountebank in memory",
    kit=NPM,
    command="node {kit}/node_modules/mountebank/bin/mb start --port {admin} --localOnly --nologfile "
    "--loglevel error --pidfile {folder}/pid --configfile {peers}/mountebank.ejs",
    environment={"PORT": "{port}"},
    count="{admin}/imposters",
    number=lambda answer: answer["imposters"][0]["numberOfRequests"],
    note=MEMORY_ONLY,
)

PEERS: Final = (
    MOUNTEBANK,
    replace(
        MOUNTEBANK,
        name="mountebank with datadir",
        command=f"{MOUNTEBANK.command} --datadir {{folder}}/data",
        note="no decoding, no judging; a file for each request",
    ),
    Server(
        name="mockttp",
        kit=NPM,
        command="node {peers}/mockttp.cjs {port}",
        environment={"NODE_PATH": "{kit}/node_modules"},
        count="{port}/count",
        note=MEMORY_ONLY,
    ),
    Server(
        name="WireMock with journal",
        kit=NPM,
        command="java -jar {kit}/node_modules/wiremock/build/wiremock-standalone-3.13.2.jar --port {port} "
        "--bind-address 127.0.0.1 --root-dir {peers}/wiremock --disable-banner",
        count="{port}/__admin/requests?limit=1",
        number=lambda answer: answer["meta"]["total"],
        note=MEMORY_ONLY,
        warm=20,
    ),
    STEADY,
    Server(
        name="pytest-httpserver",
        kit=PYTHON,
        command=f"{sys.executable} {{peers}}/httpserver.py {{port}}",
        environment={"PYTHONPATH": "{kit}"},
        count="{port}/count",
        note=MEMORY_ONLY,
    ),
)

_WSGI: Final = "pendo_emulator.wsgi:application"


def _flask(server: str, command: str, kit: Kit | None = PYTHON) -> Server:
    return Server(
        name=f"Flask on {server}",
        kit=kit,
        command=f"{sys.executable} {command}",
        environment={
            "PYTHONPATH": "{kit}",
            "PENDO_EMULATOR_STORE": "{folder}/exchanges.sqlite3",
        },
        count="{port}/_emulator/keys",
        number=_recorded,
        note="our Flask application: the same work behind another server",
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
