"""A run is bounded in rows, memory and time, and the bound is an error with its place."""

from itertools import count, repeat

import pytest

from pendo_emulator.engage.pipeline import Limits, PipelineError
from tests.emulator.engage.pipeline.pipeline_runs import run

ROWS = [{"a": place, "items": [1] * 50} for place in range(3_000)]


def limit_error(rows, *steps, **options):
    with pytest.raises(PipelineError) as raised:
        run(rows, *steps, **options)
    assert (raised.value.kind, raised.value.status) == ("limit", 402)
    return raised.value


def test_rows_of_a_source_are_bounded():
    error = limit_error(repeat({"a": 1}), {"filter": "a > 1"}, limits=Limits(rows=10_000))
    assert (error.pointer, "more than 10,000 rows" in str(error)) == ("/request/pipeline/0/source/events", True)


@pytest.mark.parametrize("step", [{"unwind": {"field": "items"}}, {"fork": [[{"cat": None}]] * 40}])
def test_rows_that_operators_make_are_bounded(step):
    assert limit_error(ROWS, step, limits=Limits(rows=50_000)).pointer.startswith("/request/pipeline/1")


@pytest.mark.parametrize(
    "step",
    [
        {"sort": ["a"]},
        {"group": {"group": ["a"]}},
        {"reduce": {"a": {"list": "a"}, "b": {"count": "a"}}},
        {"join": {"fields": ["a"]}},
        {"merge": {"fields": ["a"], "pipeline": [{"source": {"events": None}}]}},
        {"fork": [[]]},
        {"unwind": {"field": "items", "prefix": True}},
    ],
    ids=lambda step: next(iter(step)),
)
def test_memory_is_bounded(step):
    step = {**step}
    limits = Limits(memory=3_000 if "unwind" in step else 100_000)
    assert limit_error(ROWS, step, {"count": None}, limits=limits).pointer.startswith("/request/pipeline/1")


def test_streamed_rows_need_no_memory():
    rows = ({"a": place, "b": place % 5} for place in range(100_000))
    steps = ({"filter": "a > 10"}, {"eval": {"c": "a + b"}}, {"group": {"group": ["b"], "fields": {"n": {"sum": "c"}}}})
    assert len(run(rows, *steps, limits=Limits(memory=100_000))) == 5


def test_limit_reads_no_more_of_an_endless_source():
    assert run(({"a": place} for place in count()), {"filter": "a > 5"}, {"limit": 2}) == [{"a": 6}, {"a": 7}]


def test_time_is_bounded_by_the_clock_that_is_given():
    seconds = count()
    error = limit_error(ROWS, {"filter": "a > 1"}, clock=lambda: next(seconds), limits=Limits(seconds=1.5))
    assert "more than 1.5 seconds" in str(error)


def test_value_that_doubles_at_each_step_is_an_error():
    steps = [{"eval": {"a": "list(a, a)"}}] * 100
    assert "values inside" in str(limit_error([{"a": 1}], *steps))


def test_value_that_is_nested_in_each_step_stays_bounded():
    steps = [{"eval": {"a": "[a]"}}] * 400
    assert len(run([{"a": 1}], *steps, {"group": {"group": ["b"], "fields": {"n": {"count": "b"}}}})) == 1


def test_too_many_steps_in_a_row_are_an_error():
    assert "too many steps" in str(limit_error([{"a": 1}], *[{"fork": [[]]}] * 450))
