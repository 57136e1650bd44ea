from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping.object_resolver import (
    Member,
    compile_all_members,
    compile_defined_members,
    generate_resolver,
)
from pendo_destination.mapping.path_directive import compile_payload_reader

KEYS = st.sampled_from(["a", "b", "'", "\\", '"\n', "toString", "length"])
PATHS = st.lists(KEYS, max_size=3).map(".".join)
PAYLOADS = st.recursive(st.none() | st.integers(), lambda parts: st.dictionaries(KEYS, parts), max_leaves=6)


@settings(deadline=None)
@given(st.dictionaries(KEYS, PATHS), PAYLOADS | st.text() | st.lists(PAYLOADS))
def test_generated_code_resolves_like_the_loop(paths, payload):
    members = [Member(key, {"@path": path}, compile_payload_reader(path)) for key, path in paths.items()]
    resolve = compile_defined_members(members)
    assert generate_resolver(members, resolve)(payload) == resolve(payload)


def test_undefined_members_are_dropped_or_kept():
    members = [Member("a", 1, lambda _payload: 1), Member("b", 2, lambda _payload: UNDEFINED)]
    resolve = compile_defined_members(members)
    assert compile_all_members(members)({}) == {"a": 1, "b": UNDEFINED}
    assert resolve({}) == generate_resolver(members, resolve)({}) == {"a": 1}
