"""The Playwright fixture of the documentation, unmodified, fails a test for a broken event."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "tests/node/node_modules"
BLOCK = re.compile(r"^```js\n(// ([\w.]+)\b.*?)^```$", re.DOTALL | re.MULTILINE)
FILES = {name: text for text, name in BLOCK.findall((ROOT / "docs/playwright.md").read_text("utf-8"))}
BLANK = Response("<!doctype html><title>Shop</title><link rel=icon href=data:,>", mimetype="text/html")
CONFIG = """
export default {{ reporter: [['json', {{ outputFile: 'report.json' }}]], workers: 1,
  use: {{ launchOptions: {{ executablePath: {chromium}, args: ['--no-sandbox', '--no-proxy-server'] }} }} }};
"""
BROKEN = """
import { test } from './pendo.mjs';
test('the shop sends a broken event', async ({ request, pendo }) => {
  const answer = await request.post(`${pendo.url}/_host/data.pendo.io/data/ptm.gif/${pendo.apiKey}?jzb=***&v=1&ct=1`);
  await answer.dispose();
});
"""

pytestmark = pytest.mark.browser


@pytest.fixture
def shop():
    server = make_server("127.0.0.1", 0, BLANK, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def play(tmp_path, shop):
    """Return a function that runs a suite below `exec`, with the documented files, and returns its own report."""
    chromium = shutil.which("chromium") or pytest.skip("Chromium is not installed: apt-get install chromium")
    if not (MODULES / "@playwright").exists():
        pytest.skip("Playwright is not installed: make node")
    (tmp_path / "node_modules").symlink_to(MODULES)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "playwright.config.mjs").write_text(CONFIG.format(chromium=json.dumps(chromium)), "utf-8")

    def run(*tests):
        suite = ["node", MODULES / "@playwright/test/cli.js", "test", *tests]
        command = [Path(sys.executable).with_name("pendo-emulator"), "exec", "--", *suite]
        variables = os.environ | {"SHOP_URL": shop, "PENDO_EMULATOR_CA_DIR": str(tmp_path / "ca")}
        done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
        assert (tmp_path / "report.json").exists(), done.stdout + done.stderr
        return done.returncode, json.loads((tmp_path / "report.json").read_text("utf-8"))

    return run


def errors(report):
    return [
        error["message"]
        for suite in report["suites"]
        for spec in suite["specs"]
        for test in spec["tests"]
        for result in test["results"]
        for error in result["errors"]
    ]


def test_fixture_has_about_twenty_lines():
    assert set(FILES) == {"pendo.mjs", "shop.spec.mjs"}
    assert len(FILES["pendo.mjs"].splitlines()) <= 25


def test_suite_passes_for_kept_events(play):
    code, report = play("shop.spec.mjs")
    assert (code, report["stats"]["expected"], errors(report)) == (0, 1, [])


def test_suite_fails_for_a_broken_event_with_the_rule_in_its_report(play, tmp_path):
    (tmp_path / "broken.spec.mjs").write_text(BROKEN, "utf-8")
    code, report = play("broken.spec.mjs")
    (message,) = errors(report)
    assert (code, report["stats"]["unexpected"]) == (1, 1)
    assert re.search(r"broken contracts.*wire#alphabet: the jzb", message, re.DOTALL), message
