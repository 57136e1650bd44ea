import os
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from pendo_emulator.clients.child_environment import child_environment
from pendo_emulator.clients.host_mapping_formats import FORMATS

HOSTS = {"cdn.eu.pendo.io": "data.eu.pendo.io", "data.customer.example": "data.customer.example"}
URLS = [f"https://{host}/agent/static/k/config.json" for host in HOSTS]
REQUESTS = "import sys, requests; print(*(requests.get(url).text for url in sys.argv[1:]))"
URLLIB = "import sys, urllib.request; print(*(urllib.request.urlopen(url).read() for url in sys.argv[1:]))"
FETCH = "for (const url of process.argv.slice(1)) fetch(url).then((answer) => answer.text()).then(console.log)"
HTTPS = "for (const url of process.argv.slice(1)) require('https').get(url, (answer) => answer.pipe(process.stdout))"
CLIENTS = {
    "curl": ["curl", "-sS", *URLS],
    "requests": [sys.executable, "-c", REQUESTS, *URLS],
    "urllib": [sys.executable, "-c", URLLIB, *URLS],
    "node-fetch": ["node", "-e", FETCH, *URLS],
    "node-https": ["node", "-e", HTTPS, *URLS],
}


def run(command, environment):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("client", CLIENTS)
def test_clients_reach_the_emulator_by_environment_variables_only(child_variables, client):
    answers = run(CLIENTS[client], child_variables)
    assert all(f'"dataHost": "https://{data_host}"' in answers for data_host in HOSTS.values())


def test_system_roots_stay_trusted(child_variables):
    ours = ssl.create_default_context(cafile=child_variables["NODE_EXTRA_CA_CERTS"]).get_ca_certs(binary_form=True)
    everything = ssl.create_default_context(cafile=child_variables["SSL_CERT_FILE"]).get_ca_certs(binary_form=True)
    assert len(ours) == 1
    assert len(everything) > 50
    assert ours[0] in everything


@pytest.mark.parametrize("name", ["jürgen 東京 \U0001f600", "line\nbreak", 'quo"te', "back\\slash\\", "a'b $c"])
def test_node_starts_with_files_in_any_folder(tls_emulator, tmp_path, name):
    (folder := tmp_path / name).mkdir()
    variables = {"PATH": os.environ["PATH"], **child_environment(tls_emulator, folder)}
    assert '"dataHost"' in run(CLIENTS["node-fetch"], variables)


def test_variables_of_the_parent_are_extended(tls_emulator, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    monkeypatch.setenv("NODE_OPTIONS", "--no-warnings")
    variables = child_environment(tls_emulator, tmp_path)
    assert variables["NO_PROXY"] == variables["no_proxy"] == "intranet.example,localhost,127.0.0.1,::1"
    assert variables["NODE_OPTIONS"] == f'--no-warnings --require "{tmp_path}/preload.cjs"'


@pytest.mark.parametrize(
    "bypass",
    ["*", "pendo.io", ".pendo.io", "*.pendo.io", "cdn.pendo.io", "CDN.eu.pendo.io:443", "customer.example", ".example",
     "data.customer.example", "io"],
)  # fmt: skip
def test_no_proxy_does_not_bypass_the_emulator(tls_emulator, tmp_path, monkeypatch, caplog, bypass):
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("no_proxy", f"intranet.test, {bypass} 10.0.0.0/8")
    variables = child_environment(tls_emulator, tmp_path)
    assert variables["NO_PROXY"] == variables["no_proxy"] == "intranet.test,10.0.0.0/8,localhost,127.0.0.1,::1"
    assert f"NO_PROXY: {bypass} is removed for the command" in caplog.text


@pytest.mark.parametrize("other", ["evilpendo.io", "app.customer.example", "pendo.io.example", "api.data.example"])
def test_no_proxy_of_other_hosts_is_kept(tls_emulator, tmp_path, monkeypatch, other):
    monkeypatch.setenv("NO_PROXY", other)
    assert child_environment(tls_emulator, tmp_path)["NO_PROXY"] == f"{other},localhost,127.0.0.1,::1"


CONTENT_HOST_ONLY = """
curl -sS https://content.product.example/agent/static/k/config.json &&
curl -sS -o /dev/null -w ' %{http_code}' 'https://data.product.example/data/ptm.gif/k?v=2.291.4_prod&ct=1795376101259&jzb=eJyLjgUAARUAuQ'
"""


def test_content_host_of_a_cname_also_covers_its_data_host(tmp_path):
    exec_ = [Path(sys.executable).parent / "pendo-emulator", "exec", "--ca-dir", tmp_path]
    answers = run([*exec_, "--cname", "content.product.example", "--", "sh", "-c", CONTENT_HOST_ONLY], dict(os.environ))
    assert '"dataHost": "https://data.product.example"' in answers
    assert "} 200" in answers


def test_exec_sets_its_childs_environment(ca_folder):
    exec_ = [Path(sys.executable).parent / "pendo-emulator", "exec", "--ca-dir", ca_folder, "--allow-empty"]
    answers = run([*exec_, "--cname", "data.customer.example", "--", *CLIENTS["curl"]], dict(os.environ))
    assert all(f'"dataHost": "https://{data_host}"' in answers for data_host in HOSTS.values())


SERVE_443 = """
import subprocess, sys
from pathlib import Path
from pendo_emulator.tls.authority import Authority
from pendo_emulator.server import Emulator
cnames = ["data.customer.example"]
with Emulator(port=443, cnames=cnames, authority=Authority.open(Path(sys.argv[1]), cnames)):
    sys.exit(subprocess.run(sys.argv[2:]).returncode)
"""
IN_NAMESPACE = ["unshare", "--map-root-user", "--mount", "--net"]


def test_fetch_reaches_the_emulator_with_only_a_hosts_file(ca_folder, child_variables, tmp_path):
    if (
        not shutil.which("unshare")
        or subprocess.run([*IN_NAMESPACE, "ip", "link"], capture_output=True, check=False).returncode
    ):
        pytest.skip("needs a namespace: /etc/hosts and port 443 belong to the whole machine")
    (tmp_path / "hosts").write_text(FORMATS["hosts-file"].write(["data.customer.example"], "127.0.0.1", 443))
    mount = f'ip link set lo up && mount --bind {tmp_path}/hosts /etc/hosts && exec "$0" "$@"'
    command = [*IN_NAMESPACE, "sh", "-c", mount, sys.executable, "-c", SERVE_443, ca_folder, *CLIENTS["node-fetch"]]
    answers = run(command, {name: child_variables[name] for name in ("PATH", "NODE_EXTRA_CA_CERTS")})
    assert all(f'"dataHost": "https://{data_host}"' in answers for data_host in HOSTS.values())
