"""A comparison finds events that are missing, added or changed, and nothing else."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_contracts.comparison.compare import compare
from pendo_contracts.comparison.comparison import ABSENT
from pendo_contracts.recordings import Entry
from pendo_contracts.wire.envelope import Envelope
from tests.contracts.comparison.conftest import recording

KEYS = st.sampled_from(["plan", "id", "a/b", "x~y", "", "total"])
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab~/ é", max_size=3) | st.sampled_from([0.5, 1e300])
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3))
EVENTS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["load", "meta", "track", "identify", "click"]),
        "visitor_id": st.sampled_from(["v1", "v2", "_PENDO_T_abc"]),
        "account_id": st.sampled_from([None, "a1"]),
        "url": st.sampled_from(["https://app.example/", "https://app.example/a"]),
        "props": st.dictionaries(KEYS, VALUES, max_size=3),
    },
    optional={"track_event_name": st.sampled_from(["Saved", "Opened"])},
)
RECORDINGS = st.lists(EVENTS, min_size=1, max_size=8)


@settings(max_examples=25)
@given(RECORDINGS, st.data())
def test_order_grouping_generated_ids_and_times_make_no_difference(events, data):
    other = data.draw(st.permutations(events))
    names = data.draw(st.permutations(["_PENDO_T_abc", "_PENDO_T_xyz"]))
    renamed = [event | {"visitor_id": event["visitor_id"].replace("_PENDO_T_abc", names[0])} for event in other]
    entries = data.draw(st.permutations(recording(renamed, first=90, size=data.draw(st.integers(1, 3)))))
    assert compare(recording(events), entries).same


@st.composite
def mutations(draw):
    """Give a recording, and the same one with another value in one field of one event."""
    events = draw(RECORDINGS)
    changed = copy.deepcopy(events)
    place = draw(st.integers(0, len(events) - 1))
    inner, path = changed[place], []
    while True:
        name = draw(st.sampled_from([*inner, "new"] if path else list(inner)))
        path.append(name)
        if not (isinstance(inner.get(name), dict) and inner[name]) or draw(st.booleans()):
            break
        inner = inner[name]
    value = draw(st.sampled_from(["other", "more", 12345]))
    if name != "type" and path != ["props"] and name in inner and draw(st.booleans()):
        del inner[name]
    else:
        inner[name] = str(value) if name == "type" else value
    return events, changed, path


@settings(max_examples=80)
@given(mutations())
def test_mutation_of_one_field_is_exactly_one_change(mutation):
    events, changed, path = mutation
    result = compare(recording(events, base={}), recording(changed, first=90, base={}))
    assert (result.missing, result.added, [group.count for group in result.changed]) == ((), (), [1])
    assert result.changed[0].pointer == "".join(f"/{name.replace('~', '~0').replace('/', '~1')}" for name in path)


@settings(max_examples=25)
@given(RECORDINGS, st.data())
def test_left_out_event_is_exactly_one_missing_or_added_event(events, data):
    place = data.draw(st.integers(0, len(events) - 1))
    fewer = [event for number, event in enumerate(events) if number != place]
    there, back = compare(recording(events), recording(fewer, first=90)), compare(recording(fewer), recording(events))
    assert [group.count for group in there.missing] == [group.count for group in back.added] == [1]
    assert (there.added, there.changed, back.missing, back.changed) == ((), (), (), ())


@settings(max_examples=25)
@given(RECORDINGS, RECORDINGS, st.data())
def test_result_does_not_depend_on_the_order_of_requests(before, after, data):
    def counts(entries):
        result = compare(recording(before), entries)
        return [[(item.to_json() | {"places": 0, "example": 0}) for item in found] for found in lists(result)]

    entries = recording(after, first=90)
    assert counts(entries) == counts(data.draw(st.permutations(entries)))


def lists(result):
    return (result.facts, result.missing, result.added, result.changed, result.answers)


def test_added_trait_is_named_with_its_events(differences):
    traits = {"type": "meta", "props": {"account": {"id": "a1"}, "date": "29/11/2026", "version": "2.291.4_prod"}}
    fixed = {"type": "meta", "props": {"account": {"id": "a1", "plan": "pro"}, "date": "30/11/2026", "version": "x"}}
    assert differences([traits, {}], [fixed, {}]) == (
        [],
        [],
        [("v1", "account.plan", ABSENT, "pro", {"meta": 1})],
    )


def test_new_visitor_id_is_one_change_in_all_events(differences):
    events = [{"type": "load"}, {"type": "track", "track_event_name": "Saved"}, {"type": "load", "url": "https://x/"}]
    other = [event | {"visitor_id": "ada"} for event in events]
    assert differences(events, other) == ([], [], [("v1", "visitor id", "v1", "ada", {"load": 2, "track": 1})])


@pytest.mark.parametrize("kind", ["load", "meta"])
def test_other_type_of_an_event_with_generated_properties_is_one_change(differences, kind):
    one, other = ({"type": kind, "props": {"load_time": time, "date": str(time), "version": "1"}} for time in (1, 2))
    assert differences([one], [other | {"type": "other"}]) == ([], [], [("v1", "type", kind, "other", {kind: 1})])


def test_clicks_on_different_elements_are_different_events(differences):
    def click(name):
        return {"type": "click", "props": {"target": {"tag": "A", "id": name, "cls": name, "title": name}}}

    assert differences([click("save")], [click("send")])[:2] == ([("click", "A#save", 1)], [("click", "A#send", 1)])


def test_resent_events_are_counted_once(recording):
    entries = recording([{}, {"type": "track"}])
    result = compare(entries, [*entries, *entries])
    assert [(change.fact, change.before, change.after) for change in result.facts] == [
        ("events sent again", ("0",), ("2",))
    ]
    assert (result.missing, result.added, result.changed) == ((), (), ())


def test_other_region_and_key_are_facts_and_change_no_event(recording):
    result = compare(recording([{}]), recording([{}], host="data.eu.pendo.io", key="OTHER"))
    assert [(change.fact, change.before, change.after) for change in result.facts] == [
        ("API key", ("KEY",), ("OTHER",)),
        ("data host", ("data.pendo.io",), ("data.eu.pendo.io",)),
    ]
    assert lists(result)[1:] == ((), (), (), ())


def test_refused_events_that_are_accepted_later_are_changed_answers(recording):
    events = [{}, {"type": "track"}]
    result = compare(recording(events, status=400), recording(events, status=200))
    assert [(change.type, change.before, change.after, change.count) for change in result.answers] == [
        ("load", "400", "200", 1),
        ("track", "400", "200", 1),
    ]
    blocked = compare(recording(events, status=200), recording(events, status=0, not_received="blocked"))
    assert {change.after for change in blocked.answers} == {"no answer: blocked"}


def test_unknown_answers_make_no_difference(recording):
    assert compare(recording([{}], status=None), recording([{}], status=400)).same


def test_equal_events_with_answers_in_another_order_make_no_difference(recording):
    bad, good = recording([{}], status=400), recording([{}], first=9, status=200)
    assert compare([*bad, *good], [*good, *bad]).same


def test_requests_without_content_are_named(recording):
    lost = Entry("x#7", Envelope("POST", "https://data.pendo.io/data/ptm.gif/KEY", {}, b"", 0), not_judged="no body")
    broken = Entry("x#8", Envelope("GET", "https://data.pendo.io/data/ptm.gif/KEY?jzb=!", {}, b"", 0))
    result = compare(recording([{}]), [*recording([{}]), lost, broken, Entry("x#9", None, "damaged")])
    assert [note.removeprefix("after: 1 request ") for note in result.notes] == [
        "have a body that the recorder lost",
        "cannot be decoded",
        "cannot be read",
    ]


def test_lists_are_bounded_and_the_rest_is_counted(recording):
    events = [{"type": "track", "track_event_name": f"Event {number}"} for number in range(9)]
    result = compare(recording(events), [], max_groups=4)
    assert (len(result.missing), result.further, result.totals.missing) == (4, {"missing": 5}, 9)


@pytest.mark.parametrize("ignored", [(), ("order_id",)])
def test_ignored_fields_make_no_difference(recording, ignored):
    one, other = ([{"type": "track", "props": {"items": [{"order_id": number}]}}] for number in (1, 2))
    assert compare(recording(one), recording(other), ignored=ignored).same == bool(ignored)
