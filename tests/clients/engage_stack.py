"""An emulator with integration keys, events sent in different ways, and published clients that read them."""

import json
import os
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
import requests

from pendo_contracts.wire.region import REGIONS
from pendo_destination.agent import Agent, Page, hosted_config
from pendo_destination.transport.http_transport import HttpTransport
from pendo_emulator.clients.child_environment import child_environment

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
CLIENTS = ROOT / "build/clients"
PACKAGES = ROOT / "tests/node/node_modules"
TIMEOUT = 240


class EngageStack:
    """One API key of an emulator, its integration keys, and the environment in which clients find both."""

    def __init__(self, space, folder):
        self.space, self.folder = space, folder
        self.keys = space.emulator.recorder.integration_keys.get(space.api_key)
        self.environment = os.environ | child_environment(space.emulator, folder) | {"PYTHONPATH": ""}

    def send_by_agent(self, visitor, *track_events):
        """Load a page with the Python agent, and track events."""
        with HttpTransport(self.space.url) as transport:
            agent = Agent(hosted_config(self.space.api_key, REGIONS["io"]), transport, Page("https://app.example/home"))
            agent.initialize({"visitor": {"id": visitor, "plan": "pro"}, "account": {"id": "a-1", "name": "One"}})
            agent.run_pending()
            for name in track_events:
                agent.track(name, {"step": 1})
            agent.unload()

    def send_by_webhook(self, **event):
        """Send one event as Segment's webhook does."""
        url = f"{self.space.host_url('app.pendo.io')}/data/segmentio/{self.space.api_key}"
        assert requests.post(url, json={"timestamp": now_text()} | event, timeout=30).status_code == 200

    def send_by_server(self, visitor, name):
        """Track an event with PyPI's `pendo`, as /data/track expects it."""
        event = {
            "event": name, "visitorId": visitor, "accountId": "a-2", "timestamp": self.now(),
            "properties": {"plan": "pro"}, "context": {"ip": "203.0.113.7", "userAgent": "server/1"},
        }  # fmt: skip
        python = installed("pendo") / "bin/python"
        program = FOLDER / "send_track_events.py"
        done = self.run(python, program, self.space.api_key, "https://app.pendo.io", json.dumps(event))
        assert json.loads(done.stdout) == [200]

    @staticmethod
    def now():
        """Return the time of now in milliseconds since 1970."""
        return int(time.time() * 1000)

    def run(self, *command, **variables):
        """Run a program that finds Pendo's hosts at the emulator; the program must end without an error."""
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=TIMEOUT, env=self.environment | variables,
            cwd=self.folder,
        )  # fmt: skip
        assert done.returncode == 0, (done.stdout[-2000:], done.stderr[-4000:])
        return done

    def run_tap(self, *streams, period="dayRange", integration_key=None):
        """Discover and sync streams with tap-pendo; return the records by stream."""
        tap = installed("tap-pendo") / "bin/tap-pendo"
        config = self.write("config.json", {
            "x_pendo_integration_key": integration_key or self.keys.read_only,
            "start_date": time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(time.time() - 86_400)),
            "period": period, "lookback_window": 0, "request_timeout": 60, "record_limit": 1000,
            "include_anonymous_visitors": "false",
        })  # fmt: skip
        catalog = json.loads(self.run(tap, "--config", config, "--discover", PYTHONPATH=str(FOLDER / "trust")).stdout)
        for stream in catalog["streams"]:
            for entry in stream["metadata"]:
                is_stream = not entry["breadcrumb"]
                entry["metadata"]["selected"] = not is_stream or not streams or stream["tap_stream_id"] in streams
        selection = self.write("catalog.json", catalog)
        done = self.run(tap, "--config", config, "--catalog", selection, PYTHONPATH=str(FOLDER / "trust"))
        messages = [json.loads(line) for line in done.stdout.splitlines()]
        records = {}
        for message in messages:
            if message["type"] == "RECORD":
                records.setdefault(message["stream"], []).append(message["record"])
        return records

    def run_airbyte(self):
        """Check, discover and read all streams with airbyte-source-pendo's manifest; return the records by stream."""
        environment = installed("airbyte-source-pendo")
        source = environment / "bin/source-declarative-manifest"
        (manifest,) = environment.glob("lib/*/site-packages/source_pendo/manifest.yaml")
        load = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1])), default=str))"
        document = json.loads(self.run(environment / "bin/python", "-c", load, manifest).stdout)
        config = self.write(
            "config.json", {"api_key": self.keys.read_only, "__injected_declarative_manifest": document}
        )
        check = self.run(source, "check", "--config", config)
        assert '"status":"SUCCEEDED"' in check.stdout.replace(" ", ""), check.stdout[-2000:]
        found = self.run(source, "discover", "--config", config).stdout
        (catalog,) = (m["catalog"] for m in map(json.loads, found.splitlines()) if m["type"] == "CATALOG")
        modes = {"sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
        streams = [{"stream": stream, **modes} for stream in catalog["streams"]]
        selection = self.write("catalog.json", {"streams": streams})
        lines = self.run(source, "read", "--config", config, "--catalog", selection).stdout.splitlines()
        return Counter(m["record"]["stream"] for m in map(json.loads, lines) if m["type"] == "RECORD")

    def sync_audience(self, region="US"):
        """Sync an audience with Segment's destination; return what it says."""
        paths = os.pathsep.join(map(str, (installed("pendo-audiences") / "node_modules", PACKAGES)))
        program = FOLDER / "sync_audience.cjs"
        return json.loads(self.run("node", program, self.keys.read_write, region, NODE_PATH=paths).stdout)

    def ask(self, method, path, *, integration_key=None, **options):
        """Send a request to the Engage API."""
        headers = {"x-pendo-integration-key": integration_key or self.keys.read_write} | options.pop("headers", {})
        url = f"{self.space.host_url('app.pendo.io')}/api/v1/{path}"
        return requests.request(method, url, headers=headers, timeout=60, **options)

    def rows(self, source, *steps):
        """Return the rows of a pipeline."""
        body = {"response": {"mimeType": "application/json"}, "request": {"pipeline": [{"source": source}, *steps]}}
        answer = self.ask("POST", "aggregation", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    def write(self, name, document):
        """Write a JSON file and return its path."""
        file = self.folder / name
        file.write_text(json.dumps(document), "utf-8")
        return file


def installed(client):
    """Return the environment of a client; skip the test if it is not installed."""
    if not (CLIENTS / client / ".installed").exists():
        pytest.skip(f"{client} is not installed: make clients, or make all-clients")
    return CLIENTS / client


def now_text():
    """Return the time of now as Segment writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
