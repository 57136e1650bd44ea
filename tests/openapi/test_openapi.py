"""The OpenAPI documents describe every route, and the servers behave as the documents say."""

import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import html5lib
import pytest
import requests

from pendo_destination.source.operations import tracking_operations
from pendo_emulator.control.operations import control_operations

ROOT = Path(__file__).parents[2]
# The console, the pages of the rules, and Pendo's own API.
NO_CONTROL_API = {"console", "rule_pages", "engage_api"}
DOCUMENTS = {"control_api": "/_emulator/openapi.json", "tracking_api": "/openapi.json"}
ANY = re.compile(r"<any\(([^)]*)\):\w+>")
CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture(params=DOCUMENTS)
def server(request, emulator, api):
    """Return the name of an API, the address of its server and the path of its document."""
    url = emulator.url if request.param == "control_api" else api.url
    return request.param, url, DOCUMENTS[request.param]


def expand(rule):
    """Return the paths of a route as OpenAPI writes them; a route for one of several words has several paths."""
    words = [match.split(", ") for match in ANY.findall(rule)]
    for choice in product(*words):
        chosen = iter(choice)
        yield CONVERTER.sub(r"{\1}", ANY.sub(lambda _: next(chosen), rule))  # noqa: B023 - used at once


def routes(app):
    return {
        (method, path)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] not in NO_CONTROL_API | {"static"}
        for method in rule.methods - {"HEAD", "OPTIONS"}
        for path in expand(rule.rule)
    }


def rows(operations):
    return {(row.method, path) for row in operations for path in (row.path, *row.aliases)}


def test_every_route_of_the_control_api_has_a_row(emulator):
    assert routes(emulator.app) == rows(control_operations())


def test_every_route_of_the_tracking_api_has_a_row(api):
    assert routes(api.app) == rows(tracking_operations())


def test_document_has_every_row(server):
    name, url, path = server
    document = requests.get(url + path, timeout=10).json()
    described = {(method.upper(), where) for where, methods in document["paths"].items() for method in methods}
    operations = control_operations() if name == "control_api" else tracking_operations()
    assert document["openapi"] == "3.1.0"
    assert described == {(row.method, row.path) for row in operations}


def test_page_is_valid_html_and_needs_no_other_host(server):
    _, url, path = server
    answer = requests.get(url + path.removesuffix(".json"), timeout=10)
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<(script|link|img|iframe)|https?://(?!127)|style=|url\(", answer.text)
    assert all(f"<code>{row}" in answer.text for row in ("GET /", "POST /"))


def test_servers_behave_as_their_documents_say(server, tmp_path):
    name, url, path = server
    command = ["schemathesis", "--config-file", ROOT / f"tests/openapi/{name}.toml", "run", url + path]
    options = ["--max-examples", "2", "--no-shrink", "--seed", "1", "--request-timeout", "60"]
    variables = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    run = subprocess.run(
        [Path(sys.executable).with_name(command[0]), *command[1:], *options],
        cwd=tmp_path, env=variables | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "passed" in run.stdout
