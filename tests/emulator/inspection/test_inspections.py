"""Inspections of several pages, iframes, captures and keys; the facts, the profiles and the story."""

import json

import pytest

from pendo_contracts.recordings.entry import RecordingError
from pendo_emulator.inspection.inspect_recording import inspect_recording
from tests.emulator.inspection.har_kit import KEY, SNIPPET, Session, inspect, slugs


def test_iframe_of_the_same_origin_may_load_an_agent(tmp_path):
    session = Session().open().script()
    session.open()
    session.entries[-1]["request"]["headers"] = [{"name": "Sec-Fetch-Dest", "value": "iframe"}]
    assert slugs(inspect(session.script().usual(), tmp_path)) == ["healthy"]


def test_page_after_page_loads_one_agent_each(tmp_path):
    session = Session()
    for _ in range(3):
        session.open().script().usual()
    assert slugs(inspect(session, tmp_path)) == ["healthy"]


def test_policy_of_another_page_does_not_count(tmp_path):
    session = Session().open(policy="img-src 'none'; connect-src 'none'")
    session.page = "https://other.shop.test/"
    found = inspect(session.open().script().usual(status=0).wait(9_000).open(), tmp_path)
    assert slugs(found)[0] == "data-host-unreachable"


def test_application_with_a_path_like_pendo_is_not_pendo(tmp_path):
    session = Session().open(text="<p>Hello</p>").add("https://app.shop.test/data/track", method="POST", body="{}")
    assert slugs(inspect(session, tmp_path)) == ["no-pendo-traffic"]


def test_secret_of_a_server_is_not_shown(tmp_path):
    session = Session().open()
    session.add("https://data.pendo.io/data/track", method="POST", body='{"type":"track","event":"x","visitorId":"u"}')
    session.entries[-1]["request"]["headers"] = [{"name": "x-pendo-integration-key", "value": "very-secret"}]
    assert "very-secret" not in json.dumps(inspect(session, tmp_path).to_json())


def test_facts_of_two_keys_have_the_first_one_first(tmp_path):
    session = Session().open().script().usual()
    session.key = "0e0e0e0e-0000-4000-8000-0000000000bb"
    facts = inspect(session.usual(), tmp_path).facts
    assert facts.api_key == KEY
    assert len(facts.api_keys) == 2


def test_profiles_keep_the_last_value_that_was_accepted(tmp_path):
    session = Session().open().script().usual()
    session.account_fields = {"seats": 5}
    session.usual()
    session.account_fields = {"plan": "lost"}
    session.meta(status=500)
    account = next(profile for profile in inspect(session, tmp_path).facts.profiles if profile.kind == "account")
    assert account.fields == {"plan": "pro", "seats": 5}


def test_story_is_in_the_order_of_time(tmp_path):
    session = Session().open().script().usual().wait(40_000).usual()
    session.entries.reverse()
    story = inspect(session, tmp_path).story
    assert [step.time for step in story] == sorted(step.time for step in story)
    assert [step.kind for step in story][:2] == ["page", "script"]
    assert "pause" in {step.kind for step in story}


def test_capture_without_answers_is_not_surely_healthy(tmp_path):
    file = tmp_path / "capture.ndjson"
    entries = Session().open().script().usual().entries
    lines = [{"method": "GET", "url": entry["request"]["url"], "headers": {}} for entry in entries]
    file.write_text("\n".join(map(json.dumps, lines)))
    cause = inspect_recording(file).causes[0]
    assert (cause.slug, cause.certainty) == ("healthy", "likely")


def test_short_recording_makes_a_disabled_agent_only_likely(tmp_path):
    cause = inspect(Session().open().script(), tmp_path).causes[0]
    assert (cause.slug, cause.certainty) == ("agent-disabled", "likely")


def test_short_wait_makes_a_silent_host_only_likely(tmp_path):
    cause = inspect(Session().open().script().meta(status=0).guides(status=0), tmp_path).causes[0]
    assert (cause.slug, cause.certainty) == ("data-host-unreachable", "likely")


def test_retry_without_a_reason_is_not_a_silent_host(tmp_path):
    session = Session().open().script().meta(status=0).meta(status=0, retry=1).wait(9_000).guides(status=0)
    assert slugs(inspect(session, tmp_path)) == ["requests-failed"]


def test_requests_that_are_aborted_late_got_no_answer(tmp_path):
    session = Session().open().script().usual(status=0, reason="net::ERR_ABORTED")
    for entry in session.entries[2:]:
        entry["time"] = 2_000
    assert slugs(inspect(session, tmp_path)) == ["data-host-unreachable"]


def test_same_snippet_twice_is_found_in_the_text(tmp_path):
    snippet = SNIPPET.replace("KEY", KEY)
    assert slugs(inspect(Session().open(snippet + snippet).script().usual(), tmp_path)) == ["duplicates-two-snippets"]
    commented = f"{snippet}<!-- {snippet} -->"
    assert slugs(inspect(Session().open(commented).script().usual(), tmp_path)) == ["healthy"]


def test_page_from_the_cache_is_a_page(tmp_path):
    session = Session().open().script().usual().open()
    session.entries[-1]["response"]["status"] = 304
    assert slugs(inspect(session.script().usual(), tmp_path)) == ["healthy"]


def test_single_failure_among_answers_is_only_possible(tmp_path):
    session = Session().open().script().usual().meta(status=0, reason="net::ERR_CONNECTION_RESET").usual()
    found = inspect(session, tmp_path)
    assert slugs(found) == ["healthy"]
    assert "data-host-unreachable" in [cause.slug for cause in found.possible]


def test_unreadable_file_is_an_error(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("hello")
    with pytest.raises(RecordingError):
        inspect_recording(file)


def test_page_that_is_missing_in_the_recording_makes_no_second_snippet(tmp_path):
    session = Session().open().script().usual()
    session.frame, session.sequence = "frame-of-a-page-that-is-missing", 0
    assert slugs(inspect(session.script().usual(), tmp_path)) == ["healthy"]


def test_host_that_answers_everything_but_events_is_not_healthy(tmp_path):
    session = Session().open().script()
    for _ in range(3):
        session.meta(status=0, reason="net::ERR_CONNECTION_RESET").guides()
    assert slugs(inspect(session, tmp_path)) == ["data-host-unreachable"]


def test_time_without_a_date_does_not_make_data_late(tmp_path):
    session = Session().open().script().usual()
    session.entries[1]["startedDateTime"] = 451
    assert slugs(inspect(session, tmp_path)) == ["healthy"]
