"""The emulator of a run: a running one, or one that is started for the run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from pendo_contracts.common.loopback import bypass_proxies
from pendo_destination.errors import UnreachableError
from pendo_destination.transport.http_transport import TIMEOUT, failure_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.scenarios.scenario import Scenario

PROGRAM: Final = "pendo-emulator"

_CONTROL: Final = "/_emulator"
_URL: Final = re.compile(r"http://[\w.:\[\]-]+")


class EmulatorRefusedError(Exception):
    """The emulator answers a request of the control API with an error; the text has its reason."""


class ScenarioEmulator:
    """The control API of an emulator: it sets what a scenario needs, and finds the cause in a recording."""

    def __init__(self, url: str) -> None:
        import requests  # noqa: PLC0415 - 50 ms of start-up time

        self.url = url.rstrip("/")
        self._session = requests.Session()
        bypass_proxies(self._session, url)

    def prepare(self, api_key: str, scenario: Scenario) -> None:
        """Set the subscription and the faults of an API key."""
        path = f"{_CONTROL}/keys/{quote(api_key, safe='')}"
        if scenario.subscription:
            self._call("PUT", f"{path}/subscription", dict(scenario.subscription))
        if scenario.faults:
            self._call("PUT", f"{path}/faults", list(scenario.faults))

    def integration_keys(self, api_key: str) -> dict[str, str]:
        """Return the integration keys of an API key by their kind: `read` and `write`."""
        keys = self._call("GET", f"{_CONTROL}/keys/{quote(api_key, safe='')}/engage")
        return {"read": keys["read_only"], "write": keys["read_write"]}

    def forget(self, api_key: str) -> None:
        """Delete the exchanges and the faults of an API key."""
        path = f"{_CONTROL}/keys/{quote(api_key, safe='')}"
        self._call("DELETE", f"{path}/faults")
        self._call("DELETE", path)

    def inspect(self, har: dict[str, Any], name: str) -> dict[str, Any]:
        """Return the document of `pendo-emulator inspect --json` about a HAR."""
        return self.inspect_bytes(json.dumps(har).encode(), name)

    def inspect_bytes(self, recording: bytes, name: str) -> dict[str, Any]:
        """Return the document of `pendo-emulator inspect --json` about the bytes of a recording."""
        path = f"{_CONTROL}/inspect?name={quote(name[:100], safe='')}"
        document: dict[str, Any] = self._send("POST", path, recording)
        return document

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return self._send(method, path, None if body is None else json.dumps(body).encode())

    def _send(self, method: str, path: str, data: bytes | None) -> Any:
        headers = {"content-type": "application/json"} if data else {}
        try:
            response = self._session.request(method, self.url + path, data=data, headers=headers, timeout=TIMEOUT)
        except (OSError, ValueError) as error:
            raise UnreachableError(f"no answer from {self.url}: {failure_reason(error)}") from error
        if not response.ok:
            raise EmulatorRefusedError(f"{method} {urlsplit(path).path} is answered {response.status_code}: "
                                       f"{response.text[:500]}")  # fmt: skip
        return response.json() if response.content else None

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


@contextmanager
def started_emulator(agent: Path | None = None) -> Iterator[str]:
    """Run `pendo-emulator serve` on a free port, with an own copy of @pendo/agent if one is given; yield its URL.

    It is another process, because this package does not import the emulator. Raises UnreachableError if it does not
    start.
    """
    command = [_program(), "serve", "--port", "0", "--durability", "memory", "--log", "none"]
    command += ["--agent", str(agent)] if agent else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        try:
            assert process.stdout is not None  # noqa: S101 - for the type checker
            url = next((found[0] for line in process.stdout if (found := _URL.search(line))), "")
            if not url:
                reason = process.stderr.read().strip() if process.stderr else ""
                raise UnreachableError(f"{PROGRAM} does not start: {reason[-500:] or 'it prints no address'}")
            yield url
        finally:
            process.terminate()
            process.communicate()


def _program() -> str:
    """Return the path of the emulator's program: in the environment of this Python, or on the PATH."""
    own = Path(sys.executable).with_name(PROGRAM)
    found = str(own) if os.access(own, os.X_OK) else shutil.which(PROGRAM)
    if not found:
        raise UnreachableError(f"{PROGRAM} is not installed next to this program; start one and give --emulator URL")
    return found
