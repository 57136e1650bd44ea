import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pendo_emulator.cli import main
from tests.emulator.track_event import EVENT, TRACK


@pytest.fixture
def recording(tmp_path, beacon_path):
    """Write a recording of one track event sent both by the agent and by the webhook."""
    by_agent = {"method": "GET", "url": f"https://data.pendo.io{beacon_path('k', **TRACK)}", "body": ""}
    by_webhook = {"method": "POST", "url": "https://data.pendo.io/data/segmentio/k", "body": json.dumps(EVENT)}
    file = tmp_path / "both.ndjson"
    file.write_text(f"{json.dumps(by_agent)}\n{json.dumps(by_webhook)}\n")
    return str(file)


@pytest.mark.parametrize(("only", "reported"), [([], True), (["--only", "schemas"], False)])
def test_double_delivery_is_reported_unless_only_schemas_are_checked(recording, only, reported):
    done = CliRunner().invoke(main, ["check", *only, recording])
    assert (done.exit_code, "double-delivery: track event" in done.stdout) == (0, reported)


def test_content_host_of_a_cname_covers_its_data_host(tmp_path):
    request = {"method": "GET", "url": "https://data.product.example/data/ptm.gf/k", "headers": []}
    har = {"log": {"version": "1.2", "entries": [{"request": request, "response": {"status": 404}}]}}
    (tmp_path / "page.har").write_text(json.dumps(har))
    check = ["check", str(tmp_path / "page.har")]
    codes = [
        CliRunner().invoke(main, [*check, *more]).exit_code for more in ([], ["--cname", "Content.Product.Example"])
    ]
    assert codes == [4, 1]


def test_report_on_a_full_disk_leaves_no_partial_file(recording, tmp_path):
    file = tmp_path / "report.json"
    file.write_text("old")
    done = subprocess.run(
        [Path(sys.executable).with_name("pendo-emulator"), "check", recording, "--json", file],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )
    error = f"Error: cannot write the report to {file}: File too large\n"
    assert (done.returncode, done.stderr, file.read_text()) == (5, error, "old")
    assert {path.name for path in tmp_path.iterdir()} == {"both.ndjson", "report.json"}
