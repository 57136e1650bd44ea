"""Fault profiles: their faults, limits and texts, from Python, the control API, the command line and a mark."""

from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from pendo_contracts.contract import BrokenDocumentError, load_contract
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.cli import main
from pendo_emulator.errors import EmulatorError
from pendo_emulator.faults.profiles import LIMITS, faults_of, profiles

NAMES = [profile.name for profile in profiles()]


@pytest.fixture
def get(pendo):
    """Return a function that requests a path of a host with the test's key."""

    def request(path="data/guide.gif/{}", host="data.pendo.io"):
        return requests.get(f"{pendo.host_url(host)}/{path.format(pendo.api_key)}", timeout=60)

    return request


@pytest.fixture
def command(pendo):
    """Return a function that runs a subcommand of `fault profile`."""

    def run(*words):
        return CliRunner().invoke(main, ["fault", "profile", *words], env={"PENDO_EMULATOR_URL": pendo.url})

    return run


def test_names_are_unique():
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("profile", profiles(), ids=lambda profile: profile.name)
def test_profile_has_faults_and_says_how_it_is_known(profile):
    assert profile.faults
    assert profile.source.startswith(("documented: ", "observed: ", "assumed: "))
    assert all(text.endswith(".") for text in (profile.summary, profile.browser, profile.source))


@pytest.mark.parametrize("name", NAMES)
def test_limits_apply_to_every_fault_of_a_profile(name):
    limited = faults_of(name, {"region": "eu", "times": 2, "seed": 5})
    assert {(fault.matcher["region"], fault.times, fault.seed) for fault in limited} == {("eu", 2, 5)}
    assert [fault.effects for fault in limited] == [fault.effects for fault in faults_of(name, {})]


def test_limits_are_members_of_a_fault_that_are_no_effects():
    assert set(LIMITS) < load_contract("fault").schema["properties"].keys()


@pytest.mark.parametrize(
    ("name", "limits", "message"),
    [
        ("adblok", {}, "there is no fault profile adblok: did you mean adblock?"),
        ("zzz", {}, "the profiles are adblock, "),
        ("adblock", {"status": 503}, "status does not limit a fault profile: the limits are region, host"),
    ],
)
def test_unknown_profile_or_limit_is_explained(pendo, name, limits, message):
    with pytest.raises(EmulatorError, match=message):
        pendo.fault(profile=name, **limits)
    assert pendo.faults() == ()


def test_wrong_value_of_a_limit_is_explained(pendo):
    with pytest.raises(BrokenDocumentError, match="0 is below 1"):
        pendo.fault(profile="adblock", times=0)


@pytest.mark.pendo_fault(profile="key-unknown", region="eu")
def test_key_is_unknown_in_one_region_only(get):
    script = "agent/static/{}/pendo.js"
    assert (get(script, "cdn.eu.pendo.io").status_code, get(script, "cdn.pendo.io").status_code) == (404, 200)
    assert (get(host="data.eu.pendo.io").status_code, get().status_code) == (400, 200)


@pytest.mark.pendo_fault(profile="adblock")
def test_ad_blocker_blocks_beacons_but_not_the_script(get):
    assert get("agent/static/{}/pendo.js", "cdn.pendo.io").status_code == 200
    with pytest.raises(requests.ConnectionError):
        get()


@pytest.mark.parametrize("name", ["csp", "adblock-strict"])
def test_blocker_of_pages_does_not_block_servers(pendo, get, name):
    pendo.fault(profile=name)
    url = f"{pendo.host_url('data.pendo.io')}/data/segmentio/{pendo.api_key}"
    assert requests.post(url, json={"type": "alias"}, timeout=60).status_code != 0
    with pytest.raises(requests.ConnectionError):
        get()


@pytest.mark.pendo_fault(profile="broken-script")
def test_broken_script_is_answered_as_if_it_was_whole(get):
    answer = get("agent/static/{}/pendo.js", "cdn.pendo.io")
    assert (answer.status_code, answer.content.rstrip().endswith(b");")) == (200, False)


def test_profiles_are_listed_and_shown(pendo, command):
    url = f"{pendo.url}{CONTROL_PREFIX}/fault-profiles"
    assert requests.get(url, timeout=60).json() == [profile.document for profile in profiles()]
    assert requests.get(f"{url}/csp", timeout=60).json()["name"] == "csp"
    assert [line.split()[0] for line in command("list").output.splitlines()] == NAMES
    shown = command("show", "opted-out").output
    assert '{"endpoint": "guide.json", "status": 451, "body": "opted-out"}' in shown
    assert "In a browser: The agent stops sending" in shown


def test_profile_is_applied_by_the_control_api(pendo):
    url = f"{pendo.url}{CONTROL_PREFIX}/keys/{pendo.api_key}/fault-profiles"
    applied = requests.post(f"{url}/opted-out", json={"times": 1}, timeout=60).json()
    assert [entry["fault"] for entry in applied] == [
        {"endpoint": "guide.json", "status": 451, "body": "opted-out", "times": 1}
    ]
    assert len(requests.post(f"{url}/opted-out", json={}, timeout=60).json()) == 2


@pytest.mark.parametrize(
    ("name", "body", "status", "title"),
    [
        ("opted-in", {}, 404, "there is no fault profile opted-in: did you mean opted-out?"),
        ("csp", [], 400, "the body is not an object"),
        ("csp", {"status": 503}, 400, "'status' is no limit"),
        ("csp", {"times": 0}, 400, "0 is below 1"),
    ],
)
def test_wrong_request_for_a_profile_is_explained(pendo, name, body, status, title):
    url = f"{pendo.url}{CONTROL_PREFIX}/keys/{pendo.api_key}/fault-profiles/{name}"
    answer = requests.post(url, json=body, timeout=60)
    assert (answer.status_code, title in answer.json()["title"]) == (status, True)
    assert pendo.faults() == ()


@pytest.mark.parametrize("words", [["apply", "region-down"], ["region-down"]], ids=" ".join)
def test_profile_is_applied_by_the_command(pendo, command, words):
    done = command(*words, "--key", pendo.api_key, "--region", "us1")
    assert (done.exit_code, done.output) == (
        0,
        'applied to 0 of 0 requests: {"region": "us1", "status": 503, "body": "html"}\n',
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["adblok", "--key", "k"], "there is no fault profile adblok: did you mean adblock?"),
        (["show", "adblok"], "did you mean adblock?"),
        (["adblock", "--key", "k", "--times", "0"], "0 is below 1"),
    ],
)
def test_wrong_usage_of_the_command_is_explained(command, words, message):
    done = command(*words)
    assert (done.exit_code, message in done.stderr) == (2, True)


def test_documentation_has_every_profile_and_every_effect():
    page = (Path(__file__).parents[3] / "docs/faults.md").read_text("utf-8")
    rows = [f"| `{one.name}` | {one.summary} | {one.browser} | {one.source} |" for one in profiles()]
    assert [row for row in rows if row not in page] == []
    assert [name for name in load_contract("fault").schema["properties"] if f"`{name}`" not in page] == []
