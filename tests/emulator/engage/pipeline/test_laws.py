"""Laws of the pipeline language."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_emulator.engage.pipeline.operators.table import OPERATORS
from pendo_emulator.engage.pipeline.values import hash_key, sort_key
from tests.emulator.engage.pipeline.pipeline_runs import answer, document, run

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, "", "a", "b", "_PENDO_T_1"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=3,
)
ROWS = st.lists(st.dictionaries(st.sampled_from(["a", "b", "n"]), VALUES, max_size=3), max_size=8)
NUMBERED = ROWS.map(lambda rows: [{**row, "place": place} for place, row in enumerate(rows)])


def is_number(value):
    return type(value) in {int, float}


@settings(max_examples=40)
@given(ROWS, st.integers(-3, 3))
def test_filter_then_count_equals_counting(rows, bound):
    expected = sum(is_number(row.get("n")) and row["n"] > bound for row in rows)
    assert run(rows, {"filter": f"n > {bound}"}, {"count": None}) == [{"count": expected}]


@settings(max_examples=40)
@given(NUMBERED, st.sampled_from(["a", "-a", "+b"]))
def test_sort_is_stable_and_ordered(rows, key):
    rows_after = run(rows, {"sort": [key]})
    name, descending = key.lstrip("+-"), key.startswith("-")
    expected = sorted(rows, key=lambda row: sort_key(row.get(name)), reverse=descending)
    assert [row["place"] for row in rows_after] == [row["place"] for row in expected]


@settings(max_examples=40)
@given(NUMBERED)
def test_sort_by_two_fields_is_a_sort_by_the_second_then_by_the_first(rows):
    assert run(rows, {"sort": ["a", "-b"]}) == run(rows, {"sort": ["-b"]}, {"sort": ["a"]})


@settings(max_examples=40)
@given(ROWS)
def test_sums_of_groups_equal_the_sums(rows):
    groups = run(rows, {"group": {"group": ["a"], "fields": {"sum": {"sum": "n"}, "rows": {"count": None}}}})
    sums, counts = Counter(), Counter()
    for row in rows:
        key = hash_key(row.get("a"))
        sums[key] += row["n"] if is_number(row.get("n")) else 0
        counts[key] += 1
    assert {hash_key(row["a"]): (row["sum"], row["rows"]) for row in groups} == {
        key: (sums[key], counts[key]) for key in counts
    }
    assert run(rows, {"reduce": {"n": {"sum": "n"}}}) == [{"n": sum(sums.values())}]


@settings(max_examples=40)
@given(ROWS, st.integers(0, 15))
def test_limit_after_sort_is_a_prefix(rows, count):
    assert run(rows, {"sort": ["a"]}, {"limit": count}) == run(rows, {"sort": ["a"]})[:count]


@settings(max_examples=40)
@given(ROWS, st.integers(0, 15))
def test_limit_and_skip_split_the_rows(rows, count):
    assert run(rows, {"limit": count}) + run(rows, {"skip": count}) == rows


@settings(max_examples=40)
@given(st.sets(st.text(min_size=1, max_size=3).filter(lambda text: text.isprintable())), st.integers(1, 4))
def test_paging_by_filtering_again_gets_every_row_once(ids, size):
    rows, found, last = [{"visitorId": id_} for id_ in ids], [], ""
    while True:
        quoted = last.replace("\\", "\\\\").replace('"', '\\"')
        page = run(rows, {"sort": ["visitorId"]}, {"filter": f'visitorId>"{quoted}"'}, {"limit": size})
        found += [row["visitorId"] for row in page]
        if len(page) < size:
            break
        last = found[-1]
    assert found == sorted(ids)


@settings(max_examples=40)
@given(ROWS)
def test_distinct_count_is_the_number_of_groups_without_null(rows):
    groups = [row["a"] for row in run(rows, {"group": {"group": ["a"]}})]
    assert run(rows, {"reduce": {"n": {"count": "a"}}}) == [{"n": sum(value is not None for value in groups)}]


@settings(max_examples=40)
@given(ROWS)
def test_spawn_and_fork_give_the_rows_of_all_branches(rows):
    branches = [[{"filter": "n > 0"}], [{"limit": 2}]]
    expected = run(rows, *branches[0]) + run(rows, *branches[1])
    assert run(rows, {"fork": branches}) == expected


@settings(max_examples=40)
@given(ROWS)
def test_merge_of_own_rows_changes_nothing_but_duplicates(rows):
    inner = [{"source": {"events": None}}, {"group": {"group": ["a"]}}, {"eval": {"copy": "a"}}]
    merged = run(rows, {"merge": {"fields": ["a"], "mappings": {"copy": "copy"}, "pipeline": inner}})
    assert merged == [{**row, "copy": row.get("a")} for row in rows]


@settings(max_examples=40)
@given(ROWS)
def test_join_makes_one_row_for_each_key(rows):
    joined = run(rows, {"join": {"fields": ["a"]}})
    assert [row.get("a") for row in joined] == [row["a"] for row in run(rows, {"group": {"group": ["a"]}})]


@settings(max_examples=40)
@given(ROWS)
def test_unwind_gives_one_row_for_each_element(rows):
    unwound = run(rows, {"unwind": {"field": "a", "index": "i"}})
    assert [row["a"] for row in unwound] == [
        item for row in rows if isinstance(row.get("a"), list) for item in row["a"]
    ]
    kept = run(rows, {"unwind": {"field": "a", "keepEmpty": True}})
    assert len(kept) == sum(max(1, len(row["a"])) if isinstance(row.get("a"), list) else 1 for row in rows)


@settings(max_examples=40)
@given(ROWS)
def test_steps_do_not_change_the_rows_of_the_source(rows):
    before = repr(rows)
    run(
        rows,
        {"set": {"a.x": 1}},
        {"eval": {"b": "n", "a.y": "n"}},
        {"fork": [[{"set": {"z": 1}}], []]},
        {"sort": ["b"]},
    )
    run(rows, {"fork": [[{"set": {"a.x": 1}}], [{"unmarshal": {"b.c": "a"}}]]})
    assert repr(rows) == before


@settings(max_examples=40)
@given(ROWS, st.sampled_from(list(OPERATORS)))
def test_every_operator_takes_rows_with_nulls_and_any_types(rows, name):
    examples = OPERATORS[name].description.examples
    nulls = [dict.fromkeys(row) for example in examples for row in example.before]
    for example in examples:
        sources = {source: [*some, {}, *nulls, *rows] for source, some in example.sources.items()}
        steps = example.step if isinstance(example.step, list) else [example.step]
        if name == "spawn":
            answer(document(*steps), sources)
        else:
            run([{}, *nulls, *rows, *example.before], *steps, sources=sources)


@settings(max_examples=40)
@given(ROWS)
def test_merge_without_a_match_leaves_the_rows_of_the_source_as_they_are(rows):
    before = repr(rows)
    inner = [{"source": {"const": [{"a": "no such value"}]}}]
    run(rows, {"merge": {"fields": ["a"], "pipeline": inner}}, {"set": {"b": 1}})
    assert repr(rows) == before
