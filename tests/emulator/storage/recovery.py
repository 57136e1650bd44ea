"""Checks that an emulator reports a store that cannot be written, and a store that works again."""

import requests


def assert_unavailable(url, path):
    answer = requests.get(url + path, timeout=10)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert requests.get(f"{url}/readyz", timeout=10).status_code == 503
    assert requests.get(f"{url}/healthz", timeout=10).json()["status"] == "degraded"


def assert_recovered(url, path, recorded):
    answer = requests.get(url + path, timeout=10)
    assert (answer.status_code, int(answer.headers["X-Emulator-Exchange"])) == (200, recorded)
    assert requests.get(f"{url}/readyz", timeout=10).status_code == 200
    assert requests.get(f"{url}/healthz", timeout=10).json() == {"status": "ok", "store": "ok"}
    assert requests.get(f"{url}/_emulator/keys", timeout=10).json() == {"k": recorded}
