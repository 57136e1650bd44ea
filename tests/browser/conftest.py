"""A real browser, and a site for it to visit: pages with the stand-in agent, and a data host that can misbehave."""

import json
import shutil
from collections import defaultdict, deque
from threading import Thread

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from emulator.answer import CORS
from emulator.app import respond
from emulator.content_host import _stand_in
from emulator.edge import read_envelope
from emulator.exchange import ingest

FLAGS = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PAGE = "<!doctype html><link rel=icon href=data:,><title>Shop</title>"


class Site:
    """Any host's pages, the agent for each API key, and a data host whose ptm.gif first answers `faults`."""

    def __init__(self, recorder):
        self.recorder = recorder
        self.configs = {}
        self.bodies = {}
        self.faults = defaultdict(deque)

    @Request.application
    def __call__(self, request):
        match request.path.split("/")[1:]:
            case ["agent", "static", key, "pendo.js"]:
                script = f"(function () {{\n{_stand_in()}\npendoStandIn({json.dumps(self.configs[key])});\n}})();"
                return Response(script, mimetype="text/javascript")
            case ["data", *_]:
                return self.receive(request.environ)
            case [*_, name]:
                return Response(PAGE + self.bodies.get(name, ""), mimetype="text/html")

    def receive(self, environ):
        exchange = ingest(read_envelope(environ))
        good = respond(exchange, self.recorder)
        faults = self.faults[exchange.beacon.api_key]
        if exchange.beacon.subject == "ptm.gif" and not exchange.beacon.preflight and faults:
            return Response("no image", faults.popleft(), headers=CORS)
        return good


@pytest.fixture(scope="session")
def site(pendo_server):
    """Serve pages on a free port; in the browser every host name leads there."""
    site = Site(pendo_server.recorder)
    server = make_server("127.0.0.1", 0, site, threaded=True)
    site.port = server.server_port
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="package")
def chromium(site):
    """Run one browser for all tests of this folder."""
    executable = shutil.which("chromium") or pytest.skip("there is no Chromium: apt-get install chromium")
    rules = f"--host-resolver-rules=MAP *:80 127.0.0.1:{site.port},MAP * 127.0.0.1"
    with sync_playwright() as playwright:
        args = [*FLAGS, rules, "--no-sandbox", "--disable-gpu", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=executable, args=args)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, site, pendo):
    """Open a page that has the agent on it, in a browser of its own, and start the agent for visitor v1."""
    contexts = []

    def visit_page(body="", options="{visitor: {id: 'v1'}}", **config):
        site.configs[pendo.api_key] = {"apiKey": pendo.api_key, "env": "prod", "dataHost": "http://data.test", **config}
        site.bodies["page"] = ""
        site.bodies[pendo.api_key] = f"<script src=/agent/static/{pendo.api_key}/pendo.js></script>{body}"
        contexts.append(chromium.new_context(locale="en-US"))
        page = contexts[-1].new_page()
        page.goto(f"http://shop.test/{pendo.api_key}")
        page.evaluate(f"pendo.initialize({options})")
        return page

    yield visit_page
    for context in contexts:
        context.close()
