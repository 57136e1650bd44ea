"""Capsules show the findings and causes of their recordings, and contain no personal data."""

import json
import lzma
from pathlib import Path

import pytest
import requests

from pendo_contracts.wire import jzb
from pendo_emulator import Emulator
from pendo_emulator.capsule.capsule import make_capsule, read_capsule
from tests.emulator.capsule.leak_search import found_values, strings
from tests.emulator.capsule.random_sessions import random_recording

ROOT = Path(__file__).parents[3]
CAPTURES = sorted(file for file in (ROOT / "fixtures/captures").iterdir() if file.suffix in {".har", ".ndjson"})
KEY = b"a key of thirty-two bytes length"
RANDOM_RECORDINGS = 16
ID_NAMES = {"visitor_id", "account_id", "visitorId", "accountId", "userId", "groupId", "anonymousId"}


def read_support():
    with lzma.open(ROOT / "fixtures/support/sessions.ndjson.xz", "rt", encoding="utf-8") as file:
        return {session["name"]: session for session in map(json.loads, file)}


SUPPORT = read_support()


def capsule_of(recording, folder):
    """Return a capsule as bytes; making it fails if it shows something else than the recording."""
    data = make_capsule(recording, KEY)
    file = folder / "case.capsule.zip"
    file.write_bytes(data)
    assert read_capsule(file).changes() == []
    return data


def hosts_of(har):
    urls = (entry["request"]["url"] for entry in har["log"]["entries"])
    hosts = {url.split("/")[2].split(":")[0] for url in urls if "://" in url}
    return {host for host in hosts if not host.endswith(("pendo.io", "segment.com", "segment.io", "localhost"))}


@pytest.mark.parametrize("seed", range(RANDOM_RECORDINGS))
def test_random_recording_is_reproduced_without_its_personal_data(seed, tmp_path):
    name, content, values = random_recording(seed)
    (tmp_path / name).write_bytes(content)
    assert found_values(capsule_of(tmp_path / name, tmp_path), values) == set()


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda file: file.name)
def test_capture_of_the_real_agent_is_reproduced(capture, tmp_path):
    capsule_of(capture, tmp_path)


@pytest.mark.parametrize("name", SUPPORT)
def test_support_recording_is_reproduced_without_its_ids_key_and_hosts(name, tmp_path):
    session = SUPPORT[name]
    recording = tmp_path / name
    recording.write_text(json.dumps(session["har"]), "utf-8")
    facts = session["facts"]
    values = {*facts["visitors"], *facts["accounts"], facts["apiKey"] or "", *hosts_of(session["har"])}
    values |= {page.get("title", "") for page in session["har"]["log"]["pages"]} - {"page_1"}
    assert found_values(capsule_of(recording, tmp_path), personal(values)) == set()


def personal(values):
    """Return the values that are no words of the program's own texts."""
    own = {word.lower() for word in strings(read_program_words())}
    return {value for value in values if value.lower() not in own and len(value) >= 5}


def read_program_words():
    page = (ROOT / "emulator/pendo_emulator/report/inspection.html.jinja").read_text("utf-8")
    return [*page.replace("<", " ").replace(">", " ").split(), "about:blank", "undefined"]


def test_store_of_an_emulator_is_reproduced(tmp_path):
    store = tmp_path / "store.sqlite"
    events = [{"type": "load", "visitor_id": "undefined", "account_id": "brixwell", "browser_time": 1}]
    with Emulator(store=store) as emulator:
        for _ in range(2):
            requests.get(f"{emulator.url}/data/ptm.gif/key-4711?jzb={jzb.encode(events)}", timeout=60)
    assert found_values(capsule_of(store, tmp_path), ["brixwell", "key-4711"]) == set()


def test_random_key_gives_other_pseudonyms_each_time():
    recording = ROOT / "fixtures/support/account-with-traits.har"
    assert make_capsule(recording) != make_capsule(recording)


def test_same_key_gives_the_same_bytes_and_the_same_pseudonyms_in_other_capsules(tmp_path):
    good, bad = (ROOT / f"fixtures/support/account-{name}-traits.har" for name in ("with", "without"))
    assert make_capsule(good, KEY) == make_capsule(good, KEY)
    capsules = []
    for number, recording in enumerate((good, bad)):
        file = tmp_path / f"{number}.zip"
        file.write_bytes(make_capsule(recording, KEY))
        capsules.append(read_capsule(file).judge()[1].facts)
    assert capsules[0].visitors == capsules[1].visitors
    assert capsules[0].api_key == capsules[1].api_key


def test_key_is_not_in_the_capsule():
    data = make_capsule(ROOT / "fixtures/support/account-with-traits.har", KEY)
    assert found_values(data, [KEY.decode(), KEY.hex()]) == set()
