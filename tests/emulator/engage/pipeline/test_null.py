"""Null and missing fields have the documented meaning in every operator."""

import pytest

from tests.emulator.engage.pipeline.pipeline_runs import run

A = {"visitorId": "v-1", "n": 1}
NULL = {"visitorId": None, "n": None}
MISSING = {}
VISITORS = {"visitors": [{"visitorId": None, "metadata": {"auto": {}}}, {"metadata": {"auto": {}}}]}
INNER = [{"source": {"visitors": None}}]
MERGE = {"merge": {"fields": ["accountId"], "mappings": {"m": "x"}, "pipeline": INNER}}


@pytest.mark.parametrize(
    ("step", "after"),
    [
        ({"filter": "n > 0"}, [A]),
        ({"filter": "n < 5 || n >= 5"}, [A]),
        ({"filter": "n == null"}, [NULL, MISSING]),
        ({"filter": "n != null"}, [A]),
        ({"filter": "!(n > 0)"}, []),
        ({"filter": "isNull(n)"}, [NULL, MISSING]),
        ({"identified": "visitorId"}, [A]),
        ({"identified": "!visitorId"}, []),
        ({"identified": "accountId"}, []),
        ({"identified": "!accountId"}, [A, NULL, MISSING]),
        ({"select": {"n": "n"}}, [{"n": 1}, {"n": None}, {"n": None}]),
        ({"select": {"deep": "a.b.c", "sum": "n + 1"}}, [{"deep": None, "sum": s} for s in (2, None, None)]),
        ({"eval": {"m": "n * 2"}}, [{**A, "m": 2}, {**NULL, "m": None}, {"m": None}]),
        ({"set": {"n": None}}, [{**A, "n": None}, NULL, {"n": None}]),
        ({"sort": ["n"]}, [NULL, MISSING, A]),
        ({"sort": ["-n"]}, [A, NULL, MISSING]),
        ({"limit": 2}, [A, NULL]),
        ({"skip": 2}, [MISSING]),
        ({"cat": None}, [A, NULL, MISSING]),
        ({"count": None}, [{"count": 3}]),
        ({"group": {"group": ["n"]}}, [{"n": 1}, {"n": None}]),
        ({"group": {"group": ["a.n"], "fields": {"c": {"count": "n"}}}}, [{"a": {"n": None}, "c": 1}]),
        ({"reduce": {"n": {"sum": "n"}, "m": {"max": "n"}}}, [{"n": 1, "m": 1}]),
        ({"reduce": {"n": {"list": "n"}}}, [{"n": [1, None, None]}]),
        ({"unwind": {"field": "n"}}, []),
        ({"unmarshal": {"m": "visitorId"}}, [{**A, "m": None}, {**NULL, "m": None}, {"m": None}]),
        ({"bulkExpand": {"m": {"visitor": "visitorId"}}}, [{**A, "m": None}, {**NULL, "m": None}, {"m": None}]),
        ({"expand": {"m": {"visitor": "visitorId"}}}, [{**A, "m": None}, {**NULL, "m": None}, {"m": None}]),
        ({"switch": {"m": {"n": [{"value": "x"}]}}}, [{**A, "m": "x"}]),
        ({"switch": {"m": {"n": [{"value": "x", "==": None}, {"value": "y", "!=": 2}]}}}, [{**A, "m": "y"}]),
        ({"join": {"fields": ["visitorId"]}}, [A, NULL]),
        (MERGE, [{**A, "m": None}, {**NULL, "m": None}, {"m": None}]),
        ({"fork": [[{"filter": "n == null"}]]}, [NULL, MISSING]),
    ],
    ids=str,
)  # fmt: skip
def test_null_and_missing_fields(step, after):
    assert run([A, NULL, MISSING], step, sources=VISITORS) == after


def test_segment_keeps_no_row_without_a_visitor():
    segments = {"segments": [{"id": "s", "visitors": ["v-1"], "accounts": ["a-1"]}]}
    rows = [{"visitorId": "v-1", "accountId": "a-1"}, {"visitorId": "v-1"}, NULL, MISSING]
    assert run(rows, {"segment": {"id": "s"}}, sources=segments) == rows[:1]


def test_true_is_neither_one_nor_the_key_of_one():
    rows = [{"a": True}, {"a": 1}, {"a": 1.0}, {"a": [1]}, {"a": [True]}]
    groups = run(rows, {"group": {"group": ["a"], "fields": {"rows": {"count": None}}}})
    assert [(row["a"], row["rows"]) for row in groups] == [(True, 1), (1, 2), ([1], 1), ([True], 1)]
    assert run(rows, {"reduce": {"n": {"count": "a"}, "sum": {"sum": "a"}}}) == [{"n": 4, "sum": 2}]
