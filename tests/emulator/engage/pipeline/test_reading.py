"""Errors of request documents name the place, and what is not imitated is answered as such."""

import pytest

from pendo_emulator.engage.pipeline import Limits, PipelineError, read_request
from tests.emulator.engage.pipeline.pipeline_runs import CONTEXT, answer, document, error_after_source, error_of, run

VISITORS = {"source": {"visitors": None}}
EVENTS = {"source": {"events": None}}


def error_of_document(value):
    with pytest.raises(PipelineError) as raised:
        read_request(value, CONTEXT)
    return raised.value


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ([], ""),
        (None, ""),
        ({}, ""),
        ({"request": None}, "/request"),
        ({"request": {}}, "/request"),
        ({"request": {"pipeline": None}}, "/request/pipeline"),
        ({"request": {"pipeline": {}}}, "/request/pipeline"),
        ({"request": {"pipeline": []}}, "/request/pipeline"),
        ({"request": {"pipeline": [7]}}, "/request/pipeline/0"),
        ({"request": {"pipeline": [{}]}}, "/request/pipeline/0"),
        ({"request": {"pipeline": [{"source": {"visitors": None}, "limit": 1}]}}, "/request/pipeline/0"),
        ({"response": [], "request": {"pipeline": [VISITORS]}}, "/response"),
        ({"response": {"mimeType": "text/html"}, "request": {"pipeline": [VISITORS]}}, "/response/mimeType"),
        ({"source": {"visitors": None}, "requestId": "flat"}, ""),
    ],
)
def test_wrong_document_is_an_error_at_its_place(value, pointer):
    error = error_of_document(value)
    assert (error.pointer, error.status) == (pointer, 400)


def test_unknown_keys_beside_the_pipeline_are_ignored():
    value = {
        "response": {},
        "channelId": "x",
        "request": {"pipeline": [VISITORS], "sort": ["accountId"], "streamId": 7, "params": {}, "requestId": 7},
    }
    request = read_request(value, CONTEXT)
    assert (len(request.pipeline), request.request_id, request.mime_type) == (1, None, "application/json")


def test_csv_can_be_asked_for():
    value = {"response": {"mimeType": "text/csv"}, "request": {"pipeline": [VISITORS]}}
    assert read_request(value, CONTEXT).mime_type == "text/csv"


def test_several_requests_in_one_document_are_not_imitated():
    assert error_of_document({"requests": [{"pipeline": [VISITORS]}]}).kind == "not imitated"


@pytest.mark.parametrize(
    ("name", "nearest"), [("fliter", "filter"), ("bulkexpand", "bulkExpand"), ("sources", "source")]
)
def test_unknown_operator_is_named_with_the_nearest_known_one(name, nearest):
    error = error_after_source({name: None})
    assert str(error) == f"/request/pipeline/1/{name}: unknown operator {name!r}; did you mean {nearest!r}?"
    assert error.status == 400


def test_unknown_operator_without_a_near_one_lists_all():
    assert "known names are bulkExpand, cat, count" in str(error_after_source({"zzzzzz": None}))


def test_text_of_a_sender_is_escaped_and_bounded_in_errors():
    error = error_after_source({"\x1b[31m" + "x" * 10_000: None})
    assert str(error).isprintable()
    assert len(str(error)) < 1_000


@pytest.mark.parametrize("name", ["pes", "adoption", "growth", "stickiness"])
def test_product_engagement_is_not_imitated(name):
    error = error_of({name: {"appId": -323232}})
    assert (error.kind, error.status, "not imitated" in str(error)) == ("not imitated", 400, True)


@pytest.mark.parametrize("step", [{"funnel": {}}, {"expandList": {}}, {"reduce": {"n": {"percentiles": "a"}}}])
def test_what_only_third_parties_describe_is_not_imitated(step):
    assert error_after_source(step).kind == "not imitated"


@pytest.mark.parametrize("step", [{"limit": 1}, {"filter": "a"}])
def test_first_step_is_a_source_or_spawn(step):
    assert "the first step of a pipeline is source or spawn" in str(error_of(step))


@pytest.mark.parametrize("step", [VISITORS, {"spawn": [[VISITORS]]}])
def test_source_and_spawn_are_only_the_first_step(step):
    assert "is only the first step" in str(error_of(VISITORS, step))


def test_error_inside_an_expression_has_its_column():
    error = error_after_source({"filter": "numEvents > 3 && nothing("})
    assert (error.pointer, error.kind, error.column) == ("/request/pipeline/1/filter", "expression", 26)
    nested = error_of({"spawn": [[VISITORS], [VISITORS, {"eval": {"a/b": "1 +"}}]]})
    assert (nested.pointer, nested.column) == ("/request/pipeline/0/spawn/1/1/eval/a~1b", 4)


@pytest.mark.parametrize(
    "expression", ["date_add(now(), -30, `days`)", 'startOfPeriod(now(), "month")', "a in [1]", "'a' == b", "a == 'b'"]
)
def test_expressions_that_pendo_refuses_are_errors(expression):
    error = error_after_source({"filter": expression})
    assert (error.status, error.kind) == (400, "expression")
    assert error.column


@pytest.mark.parametrize("name", ["day", "hour"])
@pytest.mark.parametrize("operator", ["eval", "set"])
def test_time_of_event_rows_is_read_only(name, operator):
    step = {operator: {name: "1"}}
    assert "is read-only" in str(error_of({"source": {"trackEvents": None}}, {"filter": "a"}, step))
    assert run([{"day": 5}], {"select": {"day": "day"}}, step)[0][name] in {1, "1"}
    assert answer(document(VISITORS, step), {"visitors": [{}]}).rows[0][name] in {1, "1"}


@pytest.mark.parametrize(
    ("source", "pointer"),
    [
        ({}, ""),
        ({"visitors": None, "accounts": None}, ""),
        ({"vistors": None}, "/vistors"),
        ({"visitors": 7}, "/visitors"),
        ({"visitors": {"identified": "yes"}}, "/visitors/identified"),
        ({"visitors": {"since": "now("}}, "/visitors/since"),
        ({"events": {"blacklist": "never"}}, "/events/blacklist"),
        ({"events": {"appId": {}}}, "/events/appId"),
        ({"events": {"appId": [1, None]}}, "/events/appId/1"),
        ({"events": None, "timeSeries": 7}, "/timeSeries"),
        ({"const": [7]}, "/const/0"),
    ],
)
def test_wrong_source_is_an_error_at_its_place(source, pointer):
    assert error_of({"source": source}).pointer == f"/request/pipeline/0/source{pointer}"


@pytest.mark.parametrize("name", ["timespan", "recordingMetadata", "agenticEvents"])
def test_sources_whose_rows_are_unknown_are_not_imitated(name):
    assert error_of({"source": {name: None}}).kind == "not imitated"


def test_rows_of_const_are_in_the_document():
    assert answer(document({"source": {"const": [{"a": 1}, {}]}}, {"eval": {"b": "a"}}), {}).rows == [
        {"a": 1, "b": 1},
        {"b": None},
    ]


@pytest.mark.parametrize(
    ("app_id", "ids"),
    [(None, None), (-323232, {-323232}), ([1, "-2"], {1, -2}), ("7", {7}), ('expandAppIds("*")', None)],
)
def test_app_ids_are_numbers_or_numeric_strings(app_id, ids):
    request = read_request(document({"source": {"events": {"appId": app_id}}}), CONTEXT)
    assert request.pipeline[0].step.source.app_ids == ids


def test_source_without_rows_is_an_error_that_names_it():
    with pytest.raises(PipelineError, match="the source pages has no rows") as raised:
        answer(document({"source": {"pages": None}}), {})
    assert raised.value.kind == "no rows"


def test_number_of_steps_and_depth_are_bounded():
    many = error_of(*[VISITORS] + [{"cat": None}] * 20, limits=Limits(steps=20))
    deep = [VISITORS]
    for _ in range(20):
        deep = [VISITORS, {"merge": {"fields": [], "pipeline": deep}}]
    assert (many.kind, error_of(*deep).kind) == ("limit", "limit")


@pytest.mark.parametrize("step", [{"limit": 10**400}, {"skip": 2**63}, {"set": {".".join("a" * 1_000): 1}}])
def test_numbers_and_paths_are_bounded(step):
    error = error_after_source(step)
    assert (error.status, len(error.message) < 200) == (400, True)
