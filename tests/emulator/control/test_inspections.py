"""The control API finds the cause of a support case in a posted recording, and in the exchanges of a key."""

import gzip
import io
import json
import tempfile
import zipfile
from pathlib import Path

import pytest
import requests

from pendo_emulator.inspection.inspect_recording import TooManyEntriesError, inspect_recording
from pendo_emulator.limits import IMPORT_LIMIT
from pendo_emulator.report.wording import words_of

BROKEN = Path(__file__).parents[3] / "fixtures/support/account-without-traits.har"
NAME = "session.har"


@pytest.fixture
def inspect(pendo):
    """Return a function that posts a recording."""

    def post(data, headers=None, **parameters):
        url = f"{pendo.emulator.control_url}/inspect"
        return requests.post(url, params=parameters, data=data, headers=headers, timeout=20)

    return post


def zipped(data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(NAME, data)
    return file.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zipped])
def test_answer_is_the_document_of_the_command_with_its_words(inspect, pack):
    answer = inspect(pack(BROKEN.read_bytes()), name=NAME)
    inspection = inspect_recording(BROKEN, NAME)
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(inspection.to_json() | {"words": words_of(inspection)}))
    assert answer.json()["causes"][0]["cause"] == "account-traits-missing"


def test_inspected_recording_is_not_recorded(inspect, pendo):
    assert inspect(BROKEN.read_bytes()).json()["name"] == "recording"
    (recorded_key,) = inspect_recording(BROKEN).facts.api_keys
    assert recorded_key not in requests.get(f"{pendo.emulator.control_url}/keys", timeout=30).json()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the body is empty"),
        (b"no recording", f"{NAME} is not a recording"),
        (b"{}", f"{NAME} is not a recording"),
        (gzip.compress(BROKEN.read_bytes())[:200], "recording is damaged"),
    ],
)
def test_body_that_is_no_recording_is_explained(inspect, data, reason):
    answer = inspect(data, name=NAME)
    assert answer.status_code == 400
    assert reason in answer.json()["title"]
    assert tempfile.gettempdir() not in answer.text


def test_too_large_recording_is_refused(inspect):
    answer = inspect(b" " * (IMPORT_LIMIT + 1))
    assert answer.status_code == 413
    assert "pendo-emulator inspect" in answer.json()["title"]


def test_number_of_entries_is_bounded():
    entries = len(json.loads(BROKEN.read_bytes())["log"]["entries"])
    assert inspect_recording(BROKEN, limit=entries).facts.entries == entries
    with pytest.raises(TooManyEntriesError, match=f"more than {entries - 1} entries"):
        inspect_recording(BROKEN, limit=entries - 1)


@pytest.mark.parametrize("parameters", [{"name": "x" * 201}, {"nmae": "x"}])
def test_wrong_parameters_are_refused(inspect, parameters):
    assert inspect(BROKEN.read_bytes(), **parameters).status_code == 400


def test_page_inspects_only_with_the_header_of_the_console(inspect, pendo):
    page = {"origin": pendo.emulator.url, "sec-fetch-site": "same-origin"}
    data = BROKEN.read_bytes()
    assert inspect(data, page).status_code == 403
    assert inspect(data, page | {"x-emulator-console": "1"}).status_code == 200
    assert inspect(data, {"origin": "https://shop.example", "sec-fetch-site": "cross-site"}).status_code == 403


def test_exchanges_of_a_key_are_inspected(pendo):
    control, key = pendo.emulator.control_url, f"{pendo.api_key}-imported"
    requests.post(f"{control}/import", params={"key": key}, data=BROKEN.read_bytes(), timeout=10)
    found = requests.get(f"{control}/keys/{key}/inspection", timeout=10).json()
    assert (found["name"], found["causes"][0]["cause"]) == (key, "account-traits-missing")
    assert found["causes"][0]["evidence"][0]["entry"].startswith("exchange ")


def test_key_without_exchanges_has_no_traffic(pendo):
    found = requests.get(f"{pendo.emulator.control_url}/keys/{pendo.api_key}/inspection", timeout=10).json()
    assert found["causes"][0]["cause"] == "no-pendo-traffic"
