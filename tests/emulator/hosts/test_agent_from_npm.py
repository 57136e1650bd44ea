import subprocess

import pytest
import requests

from pendo_emulator.errors import EmulatorError
from pendo_emulator.hosts.agent_from_npm import MODULES, read_agent
from pendo_emulator.server import Emulator

MODULE = """
const started = [];
function Replay() {}
function load(config) { started.push(config.apiKey); globalThis.pendo = { started, strict: this === undefined }; }
export { Replay, load as loadAgent };
"""
EXPORTS = (
    "export{Replay,load as loadAgent}",
    "export { load as loadAgent, Replay };\n\n",
    "const loadAgent = load;\nexport { Replay as R, loadAgent };",
)


@pytest.fixture
def package(tmp_path):
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/pendo.module.js").write_text(MODULE)
    return tmp_path


def node(script):
    return subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True).stdout.strip()


def test_module_becomes_a_script_that_starts_the_agent(package):
    script = f"{read_agent(package)}({{apiKey: 'k'}}); console.log(JSON.stringify(pendo), typeof load)"
    assert node(script) == '{"started":["k"],"strict":true} undefined'


@pytest.mark.parametrize("export", EXPORTS)
def test_every_form_of_export_is_read(package, export):
    file = package / "dist/pendo.module.js"
    file.write_text(MODULE[: MODULE.index("export")] + export)
    assert node(f"{read_agent(file)}({{apiKey: 'k'}}); console.log(pendo.started)") == "[ 'k' ]"


def test_minified_module_is_preferred(package):
    (package / "dist/pendo.module.min.js").write_text(MODULE.replace("Replay", "Minified"))
    assert "Minified" in read_agent(package)


def test_folder_without_module_is_reported_with_the_expected_files(tmp_path):
    with pytest.raises(EmulatorError, match="npm install @pendo/agent") as error:
        read_agent(tmp_path)
    assert all(module in str(error.value) for module in (*MODULES, str(tmp_path)))


@pytest.mark.parametrize("text", ["", "export { other };", "function loadAgent() {}", "export default loadAgent;"])
def test_file_without_the_export_is_rejected(tmp_path, text):
    (tmp_path / "module.js").write_text(text)
    with pytest.raises(EmulatorError, match="is not a module of @pendo/agent"):
        read_agent(tmp_path / "module.js")


def test_agent_is_served_with_the_hosts_of_its_region(package):
    with Emulator(agent=package) as emulator:
        script = requests.get(emulator.host_url("cdn.eu.pendo.io") + "/agent/static/k/pendo.js", timeout=30)
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert "pendoStandIn" not in script.text
    for host in ("app.eu.pendo.io", "cdn.eu.pendo.io", "data.eu.pendo.io"):
        assert emulator.host_url(host) in script.text
    assert node(f"{script.text}; console.log(pendo.started)") == "[ 'k' ]"


def test_stand_in_is_the_default(pendo):
    script = requests.get(f"{pendo.url}/agent/static/{pendo.api_key}/pendo.js", timeout=30)
    assert "pendoStandIn" in script.text
