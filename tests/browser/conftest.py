"""A real browser, and blank pages at every host name."""

import shutil
import subprocess
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server",
)  # fmt: skip
BLANK = Response("<!doctype html><title>Shop</title><link rel=icon href=data:,>", mimetype="text/html")
PACKAGES = Path(__file__).parents[1] / "node/node_modules"
PAGE = Path(__file__).with_name("shop.html").read_text("utf-8")
SNIPPET = """
const [, apiKey, host] = process.argv;
process.stdout.write(require('@segment/snippet').min({ apiKey, host, page: true, useHostForBundles: true }));
"""
START = "pendo.initialize({visitor: {id: 'v1'}})"
TIMEOUT = 15


@pytest.fixture(scope="package")
def blank_pages():
    """Serve a blank page at every address of one port."""
    server = make_server("127.0.0.1", 0, BLANK, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="package")
def shops():
    """Serve the page of each test at a separate path."""
    pages = {}

    @Request.application
    def serve(request):
        return Response(pages.get(request.path, ""), mimetype="text/html")

    server = make_server("127.0.0.1", 0, serve, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield pages, f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="package")
def shop_page():
    """Return a function that writes the shop's page with Segment's snippet for a write key and a server."""

    def write(write_key, url):
        host = url.removeprefix("http://")
        command = ["node", "-e", SNIPPET, write_key, host]
        snippet = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PACKAGES.parent).stdout
        return PAGE.replace("SNIPPET", snippet.replace(f"https://{host}", url))

    return write


@pytest.fixture(scope="package")
def chromium(blank_pages):
    """Run one browser for all tests here; it finds blank pages at every host name."""
    executable = shutil.which("chromium") or pytest.skip("Chromium is not installed: apt-get install chromium")
    hosts = f"--host-resolver-rules=MAP *:80 127.0.0.1:{blank_pages},MAP * 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS, hosts])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, pendo):
    """Open a page in a new browser profile, with the emulator's agent and the visitor v1."""
    contexts = []

    def visit_page(body="", before="0", start=START, **config):
        pendo.subscribe(config=config)
        contexts.append(chromium.new_context(locale="en-US"))
        page = contexts[-1].new_page()
        page.goto("http://shop.test/")
        page.evaluate("html => { document.body.innerHTML = html; }", body)
        page.evaluate(before)
        add_agent(page, pendo, start)
        return page

    yield visit_page
    for context in contexts:
        context.close()


@pytest.fixture
def settled(visit):
    """Visit a page and wait until the agent has sent the requests of its start."""

    def settled_page():
        page = visit(start="0")
        with page.expect_event("requestfinished", lambda request: "/ptm.gif/" in request.url):
            page.evaluate(START)
        page.wait_for_function("pendo.lastGuideStepSeen")
        return page

    return settled_page


@pytest.fixture
def reload(pendo):
    """Reload a page and its agent."""

    def reload_page(page):
        page.reload()
        add_agent(page, pendo, START)

    return reload_page


def add_agent(page, space, start):
    page.add_script_tag(url=f"{space.url}/agent/static/{space.api_key}/pendo.js")
    page.evaluate(start)


@pytest.fixture
def wait_for_requests(pendo):
    """Wait for requests and return all that arrived; the timeout allows for a busy machine."""
    return partial(pendo.wait, timeout=TIMEOUT)


@pytest.fixture
def wait_for_events(pendo, wait_for_requests):
    """Wait for events of a type and return their values."""

    def wait(event_type, count=1):
        wait_for_requests(count, type=event_type)
        return [event.value for event in pendo.events(type=event_type)]

    return wait
