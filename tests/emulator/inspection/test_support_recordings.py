"""The labelled recordings of the real agent: their causes and facts, also in the words of other recorders."""

import base64
import copy
import json
import lzma
import random
from pathlib import Path

import pytest

from tests.emulator.inspection.har_kit import inspect, slugs

ROOT = Path(__file__).parents[3]
FACTS = ("apiKey", "region", "visitors", "accounts")


def read_sessions():
    with lzma.open(ROOT / "fixtures/support/sessions.ndjson.xz", "rt", encoding="utf-8") as file:
        return {session["name"]: session for session in map(json.loads, file)}


SESSIONS = read_sessions()
# A proxy does not see what the browser stops.
STOPPED = {"csp", "mixed-content", "net::ERR_BLOCKED_BY_CLIENT", ""}
FIREFOX = {
    "net::ERR_CONNECTION_REFUSED": "NS_ERROR_CONNECTION_REFUSED",
    "net::ERR_CONNECTION_RESET": "NS_ERROR_NET_RESET",
    "net::ERR_NAME_NOT_RESOLVED": "NS_ERROR_UNKNOWN_HOST",
    "net::ERR_BLOCKED_BY_CLIENT": "NS_ERROR_TRACKING_URI",
    "net::ERR_CERT_COMMON_NAME_INVALID": "SSL_ERROR_BAD_CERT_DOMAIN",
    "csp": "NS_ERROR_CONTENT_BLOCKED",
    "mixed-content": "NS_ERROR_CONTENT_BLOCKED",
}
SAFARI = {
    "net::ERR_CONNECTION_REFUSED": "Could not connect to the server.",
    "net::ERR_CONNECTION_RESET": "The network connection was lost.",
    "net::ERR_NAME_NOT_RESOLVED": "A server with the specified hostname could not be found.",
    "net::ERR_BLOCKED_BY_CLIENT": "The URL was blocked by a content blocker",
    "net::ERR_CERT_COMMON_NAME_INVALID": "The certificate for this server is invalid.",
    "csp": "Refused to connect because it violates the Content Security Policy.",
    "mixed-content": "Not allowed to run insecure content",
}
PROXY = {
    "net::ERR_CONNECTION_REFUSED": "[Errno 111] Connect call failed",
    "net::ERR_CONNECTION_RESET": "Connection reset by peer",
    "net::ERR_NAME_NOT_RESOLVED": "[Errno -2] Name or service not known",
    "net::ERR_CERT_COMMON_NAME_INVALID": "Certificate verify failed: hostname mismatch",
}


def reason_of(entry):
    response = entry["response"]
    return None if response["status"] > 0 else response.get("_failureText") or response.get("_error") or ""


def with_failures(har, words, member, *, without=frozenset()):
    """Write failures in the words of another recorder, without the browser's own members."""
    entries = []
    for entry in har["log"]["entries"]:
        reason = reason_of(entry)
        if reason in without:
            continue
        if reason is not None:
            entry["response"] = {"status": 0, "content": {"size": 0}, member: words.get(reason, reason)}
        entry.pop("_resourceType", None)
        sent = entry["request"]["headers"]
        entry["request"]["headers"] = [header for header in sent if not header["name"].lower().startswith("sec-")]
        entries.append(entry)
    har["log"]["entries"] = entries
    return har


def shuffled(har):
    random.Random(7).shuffle(har["log"]["entries"])
    return har


def reversed_(har):
    har["log"]["entries"].reverse()
    return har


def without_page_references(har):
    for entry in har["log"]["entries"]:
        entry.pop("pageref", None)
    return har


def of_developer_tools(har):
    for entry in har["log"]["entries"]:
        if (reason := reason_of(entry)) is not None:
            shown = "" if reason in {"csp", "mixed-content"} else reason
            entry["response"] = {"status": 0, "statusText": "", "_error": shown, "content": {}}
            entry["request"]["headers"] = []
    return har


def of_firefox(har):
    return with_failures(har, FIREFOX, "_errorText")


def of_safari(har):
    return with_failures(har, SAFARI, "_error")


def of_proxy(har):
    for entry in har["log"]["entries"]:
        entry.pop("pageref", None)
        content = entry["response"]["content"]
        if "html" in content.get("mimeType", "") and "text" in content:
            packed = base64.b64encode(content["text"].encode()).decode()
            content.update(text=packed, encoding="base64")
    return with_failures(har, PROXY, "comment", without=STOPPED)


VARIANTS = (shuffled, reversed_, without_page_references, of_developer_tools, of_firefox, of_safari)


def assert_agrees(session, inspection):
    allowed = {session["cause"], *session["also"]}
    assert slugs(inspection)[0] in allowed
    assert set(slugs(inspection)) <= allowed


@pytest.mark.parametrize("name", SESSIONS)
def test_cause_and_facts_are_the_labelled_ones(name, tmp_path):
    session = SESSIONS[name]
    inspection = inspect(session["har"], tmp_path)
    assert_agrees(session, inspection)
    facts = inspection.to_json()["facts"]
    assert {fact: facts[fact] for fact in FACTS} == session["facts"]
    requests = inspection.facts.requests
    assert requests.sent == sum(
        (requests.answered, requests.refused, requests.blocked, requests.failed, requests.unknown)
    )


@pytest.mark.parametrize("name", SESSIONS)
def test_cause_does_not_depend_on_recorder_or_order(name, tmp_path):
    for variant in VARIANTS:
        assert_agrees(SESSIONS[name], inspect(variant(copy.deepcopy(SESSIONS[name]["har"])), tmp_path))


@pytest.mark.parametrize("name", SESSIONS)
def test_recording_of_a_proxy_proves_only_what_it_contains(name, tmp_path):
    har = SESSIONS[name]["har"]
    stopped = any(reason_of(entry) in STOPPED for entry in har["log"]["entries"])
    inspection = inspect(of_proxy(copy.deepcopy(har)), tmp_path)
    if not stopped:
        assert_agrees(SESSIONS[name], inspection)
    else:
        assert set(slugs(inspection)) <= {SESSIONS[name]["cause"], "healthy", "no-pendo-traffic"}


@pytest.mark.parametrize("name", SESSIONS)
def test_nothing_false_is_proved_without_times(name, tmp_path):
    har = copy.deepcopy(SESSIONS[name]["har"])
    for entry in har["log"]["entries"]:
        del entry["startedDateTime"], entry["time"]
    session = SESSIONS[name]
    found = slugs(inspect(har, tmp_path))
    needs_times = session["cause"] in {"consent-late", "agent-disabled"}
    assert set(found) <= {session["cause"], *session["also"], *({"healthy"} if needs_times else ())}
