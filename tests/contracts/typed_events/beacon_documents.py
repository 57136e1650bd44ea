"""Documents of beacons, and the comparison of both ways to read them."""

import base64
import json
import zlib
from itertools import islice
from pathlib import Path

from msgspec.structs import astuple

from pendo_contracts.judge import judge
from pendo_contracts.judged_request import JudgedRequest
from pendo_contracts.recordings.reading import read_recording
from pendo_contracts.rules.fact_reader import observe
from pendo_contracts.wire import jzb
from pendo_contracts.wire.beacon import from_envelope
from pendo_contracts.wire.endpoint import ENDPOINTS
from pendo_contracts.wire.envelope import Envelope
from pendo_contracts.wire.payload import TYPED_ENDPOINT
from tests.bench.beacon_corpus import generate

FIXTURES = Path("fixtures")
RECEIVED_AT = 1_795_376_101_300
CONTRACTS = next(endpoint.contracts for endpoint in ENDPOINTS if endpoint.name == TYPED_ENDPOINT)


def captured_documents():
    """Return the events of the beacons in the captures of the real agent, as JSON texts."""
    requests = (entry.envelope for file in sorted(FIXTURES.glob("captures/*.ndjson")) for entry in read_recording(file))
    return list(filter(None, map(_document, requests)))


def generated_documents(count):
    """Return the events of generated beacons, as JSON texts."""
    return [_document(request.envelope()) for request in islice(generate(count), count)]


def fixture_documents():
    """Return each kept and each broken event of the contracts' fixtures in a list of one event, as JSON texts."""
    files = [file for name in {*CONTRACTS.values(), "event"} for file in FIXTURES.glob(f"contracts/{name}/*/*.json")]
    values = [json.loads(file.read_bytes()) for file in sorted(files)]
    return [json.dumps([value["value"] if "because" in value else value]).encode() for value in values]


def _document(envelope):
    beacon = from_envelope(envelope)
    packed = beacon.body["events"] if isinstance(beacon.body, dict) else beacon.query.get("jzb")
    return jzb.unpack(packed) if beacon.endpoint_name == TYPED_ENDPOINT and packed else None


def envelope_of(document):
    """Return a POST request with a JSON text as the events."""
    packed = base64.urlsafe_b64encode(zlib.compress(document)).decode().rstrip("=")
    url = f"https://data.pendo.io/data/ptm.gif/key?v=2.291.4_prod&ct=1795376101259&s={len(packed)}"
    return Envelope("POST", url, {}, json.dumps({"events": packed}).encode(), RECEIVED_AT)


def differences(document, read_typed):
    """Return whether the types accept a document, and the names of the results that differ from the usual ones."""
    envelope = envelope_of(document)
    typed, usual = from_envelope(envelope, read_typed), from_envelope(envelope)
    if not typed.typed:
        return False, [] if typed == usual else ["beacon"]
    (ours, our_result), (theirs, their_result) = _results(envelope, typed), _results(envelope, usual)
    names = [name for name, value in our_result.items() if repr(value) != repr(their_result[name])]
    return True, names if ours == theirs else ["verdicts", *names]


def _results(envelope, beacon):
    verdicts = judge(beacon)
    request = JudgedRequest(envelope, beacon, verdicts, all(verdict.kept for verdict in verdicts), status=200)
    observation = observe(request)
    return verdicts, {
        "errors": beacon.decode_errors,
        "events": [(event.type, event.contract, event.index, _sorted(event.value)) for event in beacon.events],
        "facts": observation.facts,
        "metadata": _sorted([list(astuple(metadata)) for metadata in observation.metadata]),
        "tracks": _sorted([list(astuple(track)) for track in observation.tracks]),
        "times": (observation.earliest, observation.latest, observation.times_complete),
    }


def _sorted(value):
    """Return a value with the members of all objects in alphabetical order, and numbers as Python writes them."""
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value
