from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping.object_members import Member, defined, every, written_out
from pendo_destination.mapping.path import payload_reader

KEYS = st.sampled_from(["a", "b", "'", "\\", '"\n', "toString", "length"])
PATHS = st.lists(KEYS, max_size=3).map(".".join)
PAYLOADS = st.recursive(st.none() | st.integers(), lambda parts: st.dictionaries(KEYS, parts), max_leaves=6)


@settings(deadline=None)
@given(st.dictionaries(KEYS, PATHS), PAYLOADS | st.text() | st.lists(PAYLOADS))
def test_members_written_out_resolve_as_they_do_in_turn(paths, payload):
    members = [Member(key, {"@path": path}, payload_reader(path)) for key, path in paths.items()]
    assert written_out(members, defined(members))(payload) == defined(members)(payload)


def test_undefined_members_are_dropped_or_kept():
    members = [Member("a", 1, lambda _payload: 1), Member("b", 2, lambda _payload: UNDEFINED)]
    assert every(members)({}) == {"a": 1, "b": UNDEFINED}
    assert defined(members)({}) == written_out(members, defined(members))({}) == {"a": 1}
