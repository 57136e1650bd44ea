"""Profiles in the store follow the journal: with several processes, retention, deletion and resets."""

import time
from contextlib import closing, suppress
from threading import Thread

import pytest

from pendo_emulator.limits import Limits, Retention
from pendo_emulator.profiles.catch_up import DERIVATION, NotCaughtUpError
from pendo_emulator.profiles.profiles import Profiles, Selection
from pendo_emulator.subscription import Subscription
from tests.emulator.profiles.histories import derive_at_once
from tests.emulator.profiles.sample_events import identify, load, meta, server_track, webhook
from tests.emulator.recorder.sample_requests import LOAD, beacon, record


def ids(recorder, api_key="k", **selection):
    return [one.id for one in recorder.profiles.visitors(api_key, Selection(**selection)).profiles]


def test_profiles_equal_a_derivation_of_all_exchanges(recorder):
    requests = [
        load("_PENDO_T_x"), identify("u1", "_PENDO_T_x", "a1"), meta("u1", "p::a", parent={"id": "p"}, plan="pro"),
        webhook(type="identify", userId="u1", traits={"a": 1}), server_track("u2", "a1"),
    ]  # fmt: skip
    exchanges = []
    for request in requests:
        exchanges += record(recorder, request)
        expected = derive_at_once(exchanges)["k"]
        for (kind, id_), profile in expected.items():
            assert getattr(recorder.profiles, kind)("k", id_) == profile
        assert len(ids(recorder)) == sum(kind == "visitor" for kind, _ in expected)


def test_unknown_visitor_and_unknown_key_have_no_profile(recorder):
    record(recorder, load("u1"))
    assert (recorder.profiles.visitor("k", "u2"), recorder.profiles.visitor("other", "u1")) == (None, None)


def test_visitor_is_found_by_the_id_that_was_sent(recorder):
    record(recorder, load("x" * 200))
    assert recorder.profiles.visitor("k", "x" * 200).id == "x" * 128


def test_search_finds_ids_and_values(recorder):
    record(recorder, meta("u1", email="A@b.example"), meta("u2", plan="100%"), load("Ü3"))
    assert [ids(recorder, search=text) for text in ("a@B", "100%", "ü", "%", "U")] == [
        ["u1"], ["u2"], ["Ü3"], ["u2"], ["u1", "u2"],
    ]  # fmt: skip


@pytest.mark.parametrize("sort", ["id", "latest"])
def test_pages_contain_each_visitor_once(recorder, sort):
    record(recorder, *(load(f"u{number}", browser_time=1000 + number % 3) for number in range(7)))
    found, after = [], None
    while True:
        page = recorder.profiles.visitors("k", Selection(sort=sort, after=after, limit=2))
        found += page.profiles
        if (after := page.next) is None:
            break
    key = (lambda one: one.id) if sort == "id" else (lambda one: (-one.last_seen, [-ord(c) for c in one.id]))
    assert len(found) == 7
    assert found == sorted(found, key=key)


def test_processes_with_one_store_find_the_same(recorders):
    first, second = recorders(), recorders()
    exchanges = []
    for number in range(6):
        exchanges += record((first, second)[number % 2], load("u1"), load(f"u{number}"))
        expected = derive_at_once(exchanges)["k"]["visitor", "u1"]
        assert first.profiles.visitor("k", "u1") == second.profiles.visitor("k", "u1") == expected


def test_processes_can_derive_the_same_key_at_the_same_time(recorders):
    opened = [recorders() for _ in range(3)]
    exchanges = [one for _ in range(40) for one in record(opened[0], load("u1"), load("u2"))]
    askers = [Profiles(one.store, one.access, step=3) for one in opened]
    threads = [Thread(target=asker.visitor, args=("k", "u1", 60.0)) for asker in askers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = derive_at_once(exchanges)["k"]
    assert [asker.visitor("k", "u1") for asker in askers] == [expected["visitor", "u1"]] * 3
    for asker in askers:
        asker.close()


def test_clearing_a_key_deletes_its_profiles_and_no_others(recorder, recorders):
    record(recorder, load("u1"), beacon(LOAD, api_key="other"))
    assert (ids(recorder), ids(recorder, "other")) == (["u1"], ["v1"])
    recorders().clear("k")
    assert (ids(recorder), ids(recorder, "other")) == ([], ["v1"])


def test_key_that_was_cleared_and_used_again_has_only_new_profiles(recorder, recorders):
    record(recorder, load("u1"), load("u2"))
    assert ids(recorder) == ["u1", "u2"]
    recorders().clear("k")
    record(recorder, load("u2"))
    assert ids(recorder) == ["u2"]
    assert recorder.profiles.visitor("k", "u2").events == {"load": 1}


def test_profiles_keep_what_retention_deletes(recorders):
    recorder = recorders(limits=Limits(retention=Retention(exchanges=1)))
    exchanges = record(recorder, load("u1"), meta("u1", plan="pro"))
    assert ids(recorder) == ["u1"]
    exchanges += record(recorder, load("u1"), load("u2"))
    assert recorder.profiles.catch_up.derive_before_deletion([(number, "k") for number in (1, 2, 3, 4)])
    recorder.active_keys.delete_others([(number, "k") for number in (1, 2, 3, 4)])
    assert recorder.keys() == {}
    assert recorder.profiles.visitor("k", "u1") == derive_at_once(exchanges)["k"]["visitor", "u1"]
    assert ids(recorder) == ["u1", "u2"]
    assert sum(row.events for _, row in recorder.profiles.catch_up.event_rows.rows("k", "events", (None, None))) == 4


def test_retention_creates_no_profiles_for_keys_without_a_question(recorder):
    record(recorder, load("u1"))
    assert recorder.profiles.catch_up.derive_before_deletion([(1, "k")])
    recorder.active_keys.delete_others([(1, "k")])
    assert ids(recorder) == []


def test_reset_derives_again_from_the_exchanges_that_remain(recorder):
    record(recorder, load("u1"), load("u2"))
    assert ids(recorder) == ["u1", "u2"]
    recorder.active_keys.delete_others([(1, "k")])
    assert recorder.profiles.reset("k") == 3
    assert ids(recorder) == ["u2"]


def test_profiles_of_another_version_are_derived_again(recorder):
    record(recorder, load("u1"))
    assert ids(recorder) == ["u1"]
    recorder.active_keys.delete_others([(1, "k")])
    record(recorder, load("u2"))
    with closing(Profiles(recorder.store, recorder.access, version=DERIVATION + 1)) as newer:
        assert [one.id for one in newer.visitors("k").profiles] == ["u2"]


def test_question_without_time_is_answered_later(recorder):
    record(recorder, *(load(f"u{number}") for number in range(5)))
    with pytest.raises(NotCaughtUpError, match="5 exchanges are not in the profiles yet after 0 s") as error:
        recorder.profiles.visitor("k", "u1", timeout=0)
    assert error.value.remaining == 5
    assert recorder.profiles.visitor("k", "u1", timeout=60)


def test_derivation_continues_in_the_background(recorder):
    record(recorder, load("u1"))
    with suppress(NotCaughtUpError):
        recorder.profiles.visitor("k", "u1", timeout=0)
    deadline = time.monotonic() + 30
    while recorder.profiles.count("k", "visitor") == 0:
        assert time.monotonic() < deadline
    assert recorder.profiles.visitor("k", "u1", timeout=0).id == "u1"


def test_request_to_another_region_changes_nothing(recorder):
    recorder.settings.subscribe("k", Subscription(region="eu"))
    record(recorder, load("u1"))
    assert ids(recorder) == []


@pytest.mark.parametrize("enabled", [False, True])
def test_webhook_track_counts_only_if_the_subscription_allows_it(recorder, enabled):
    recorder.settings.subscribe("k", Subscription(segment_track=enabled))
    record(recorder, webhook(type="track", event="Paid", userId="u1"))
    assert ids(recorder) == (["u1"] if enabled else [])


def test_refused_request_changes_nothing(recorder):
    record(recorder, server_track("u1", event=""))
    assert ids(recorder) == []
