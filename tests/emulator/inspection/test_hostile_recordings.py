"""Recordings with wrong types and hostile strings are inspected without a crash, and the result is bounded."""

import copy
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pendo_emulator.inspection.inspect_recording import inspect_recording
from tests.emulator.inspection.har_kit import Session, inspect
from tests.emulator.inspection.test_support_recordings import SESSIONS

HOSTILE = "\x1b[31m\u202e<script>alert(1)</script>\ud800" + "x" * 5_000
VALUES = st.sampled_from(
    [None, True, -1, 0, 1e308, "", HOSTILE, [], [None], {}, {"name": 1}, "2026-13-45", "NaN", 2**70]
)
SMALL = [session["har"] for session in SESSIONS.values() if session["cause"] in {"csp-blocked-data", "healthy"}][:2]


def places(value, path=()):
    yield path
    if isinstance(value, dict):
        for name, member in value.items():
            yield from places(member, (*path, name))
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from places(member, (*path, number))


def replace(document, path, value):
    changed = copy.deepcopy(document)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


PLACES = [[path for path in places(har) if len(path) > 2] for har in SMALL]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_wrong_type_anywhere_does_not_crash(tmp_path, data):
    number = data.draw(st.integers(0, len(SMALL) - 1))
    har = SMALL[number]
    for _ in range(3):
        path = data.draw(st.sampled_from(PLACES[number]))
        try:
            har = replace(har, path, data.draw(VALUES))
        except (KeyError, IndexError, TypeError):
            continue
    document = inspect(har, tmp_path).to_json()
    assert document["causes"]
    json.dumps(document)


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from (name, *texts(member))
    elif isinstance(value, list):
        for member in value:
            yield from texts(member)


def test_texts_and_lists_of_the_result_are_bounded(tmp_path):
    session = Session()
    session.page += f"?{HOSTILE}"
    session.key = HOSTILE[-150:]
    session.open().script()
    for number in range(300):
        session.visitor, session.account = f"{number}{HOSTILE}", f"{number}{HOSTILE}"
        session.visitor_fields = {f"{number} {HOSTILE}": HOSTILE}
        session.usual()
    document = inspect(session, tmp_path).to_json()
    assert max(map(len, texts(document))) <= 1_500
    assert len(document["facts"]["visitors"]) <= 200
    assert document["facts"]["further"]["visitors"] >= 100
    assert all(len(cause["evidence"]) <= 8 for cause in document["causes"])
    assert len(document["story"]) <= 1_100


def test_file_without_entries_has_a_cause(tmp_path):
    file = tmp_path / "empty.har"
    file.write_text('{"log": {"entries": []}}')
    assert inspect_recording(file).causes[0].slug == "no-pendo-traffic"
