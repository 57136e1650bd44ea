"""Aggregators, joins and the order of values beyond the examples of the documentation."""

from pendo_emulator.engage.pipeline.operators.user_agent import parse_user_agent
from tests.emulator.engage.pipeline.pipeline_runs import answer, document, run


def test_numbers_that_no_float_represents_give_null():
    rows = [{"n": 10**400}, {"n": 1e308}, {"n": 1e308}]
    names = ("sum", "avg", "median", "stddev", "var")
    assert run(rows, {"reduce": {name: {name: "n"} for name in names}})[0]["sum"] is None
    assert run(rows[1:], {"reduce": {"n": {"avg": "n"}, "v": {"var": "n"}}}) == [{"n": None, "v": None}]


def test_whole_means_have_no_fraction():
    value = run([{"n": 1}, {"n": 3}], {"reduce": {"n": {"avg": "n"}}})[0]["n"]
    assert (value, type(value)) == (2, int)


def test_order_of_values_of_all_types():
    ordered = [None, False, True, -1, 0.5, 2, "", "Z", "a", "é", "😀", [], [1], {}, {"a": 1}]
    rows = [{"v": value} for value in reversed(ordered)]
    assert [row["v"] for row in run(rows, {"sort": ["v"]})] == ordered
    assert run(rows, {"reduce": {"min": {"min": "v"}, "max": {"max": "v"}}}) == [{"min": False, "max": {"a": 1}}]


def test_join_begins_a_new_row_after_the_width():
    rows = [{"k": 1, "a": place} for place in range(5)]
    assert [row["a"] for row in run(rows, {"join": {"fields": ["k"], "width": 2}})] == [1, 3, 4]


def test_merge_without_mappings_copies_all_fields():
    inner = [{"source": {"visitors": None}}]
    visitors = {"visitors": [{"visitorId": "v-1", "plan": "free"}, {"visitorId": "v-1", "plan": "pro"}]}
    step = {"merge": {"fields": ["visitorId"], "pipeline": inner}}
    assert run([{"visitorId": "v-1"}], step, sources=visitors) == [{"visitorId": "v-1", "plan": "pro"}]


def test_merge_compares_the_fields_of_the_inner_rows_as_they_are():
    inner = [{"source": {"apps": None}}]
    step = {"merge": {"fields": ["appId"], "mappings": {"appId": "id", "name": "name"}, "pipeline": inner}}
    assert run([{"appId": 7}], step, sources={"apps": [{"id": 7, "name": "Shop"}]}) == [{"appId": 7}]


def test_expressions_of_one_eval_see_the_row_as_it_arrived():
    assert run([{"a": 1, "b": 2}], {"eval": {"a": "b", "b": "a"}}) == [{"a": 2, "b": 1}]


def test_group_fields_can_be_read_by_later_steps():
    rows = [{"browser": {"os": "Linux"}, "n": 1}, {"browser": {"os": "iOS"}, "n": 5}]
    steps = ({"group": {"group": ["browser.os"], "fields": {"total.n": {"sum": "n"}}}}, {"filter": "total.n > 1"})
    assert run(rows, *steps) == [{"browser": {"os": "iOS"}, "total": {"n": 5}}]


def test_rows_after_fork_do_not_change_with_a_later_branch():
    branches = [[{"set": {"tag": "a"}}], [{"set": {"tag": "b"}}]]
    assert run([{"n": 1}], {"fork": branches}) == [{"n": 1, "tag": "a"}, {"n": 1, "tag": "b"}]


def test_answer_has_start_time_only_with_a_time_series():
    source = {"events": None, "timeSeries": {"period": "dayRange", "first": 0, "count": 1}}
    assert answer(document({"source": source}), {"events": []}).document() == {"startTime": 0, "results": []}
    assert answer(document({"source": {"events": None}}), {"events": []}).document() == {"results": []}


def test_missing_data_are_noted():
    result = answer(document({"source": {"events": None}}, {"bulkExpand": {"v": {"visitor": "id"}}}), {"events": [{}]})
    assert result.rows == [{"v": None}]
    assert [note.split(",")[0] for note in result.notes] == [
        "the source events has no timeSeries",
        "the source visitors has no rows",
    ]


def test_user_agents_of_usual_browsers_are_read():
    ipad = "Mozilla/5.0 (iPad; CPU OS 17_1 like Mac OS X) AppleWebKit/605.1.15 Version/17.1 Mobile/15E148 Safari/604.1"
    edge = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.61"
    )
    firefox = "Mozilla/5.0 (Android 14; Mobile; rv:121.0) Gecko/121.0 Firefox/121.0"
    assert parse_user_agent(ipad) == {"name": "Safari", "version": "17.1", "os": "iOS", "deviceType": "tablet"}
    assert parse_user_agent(edge) == {"name": "Edge", "version": "120.0.2210", "os": "Windows", "deviceType": "desktop"}
    assert parse_user_agent(firefox) == {"name": "Firefox", "version": "121.0", "os": "Android", "deviceType": "mobile"}
    assert parse_user_agent("curl/8.5.0") == {"name": "", "version": "", "os": "", "deviceType": ""}
