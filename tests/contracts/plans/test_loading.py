"""A plan is read from each supported form; everything that is wrong with it is listed with its place."""

import json
from pathlib import Path

import pytest

from pendo_contracts.plans.loading import load_plan, read_plan
from pendo_contracts.plans.plan import PlannedSchema
from pendo_contracts.plans.plan_errors import MAX_LISTED, PlanError

FIXTURES = Path(__file__).parents[3] / "fixtures/plans"


def native(**events):
    return {"version": 1, "events": events}


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file and returns its path."""

    def write_file(name, content):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    return write_file


@pytest.fixture
def problems():
    """Return a function that lists the problems of a plan as text."""

    def list_problems(source):
        with pytest.raises(PlanError) as caught:
            load_plan(source) if isinstance(source, Path) else read_plan(source, "plan.json")
        return [str(problem) for problem in caught.value.problems]

    return list_problems


@pytest.mark.parametrize("name", ["plan.json", "segment-public-api.json", "plan.csv"])
def test_plan_survives_its_native_document(name):
    plan = load_plan(FIXTURES / name)
    assert plan.events
    assert read_plan(json.loads(json.dumps(plan.as_document())), "copy") == plan


def test_segment_plan_has_the_highest_version_of_each_event():
    plan = load_plan(FIXTURES / "segment-public-api.json")
    assert list(plan.events) == ["Board Opened", "Report Exported"]
    assert plan.events["Report Exported"].document["required"] == ["format"]
    assert set(plan.objects) == {"visitor", "account"}


def test_older_segment_plan_is_read():
    schema = {"properties": {"properties": {"properties": {"plan": {"type": "string"}}}}, "labels": {}}
    traits = {"properties": {"traits": {"properties": {"role": {"type": "string"}}}}}
    plan = read_plan(
        {"display_name": "Boards", "rules": {"events": [{"name": "A", "rules": schema}], "identify": traits}}, "x"
    )
    assert (plan.name, list(plan.events)) == ("Boards", ["A"])
    assert plan.events["A"].violations({"plan": 1})[0].pointer == "/plan"
    assert plan.visitor.violations({"role": 1})[0].pointer == "/role"


def test_reference_into_the_properties_of_a_segment_event_is_followed():
    properties = {"a": {"type": "integer"}, "b": {"$ref": "#/properties/properties/properties/a"}}
    rule = {"type": "TRACK", "key": "A", "jsonSchema": {"properties": {"properties": {"properties": properties}}}}
    plan = read_plan({"rules": [rule]}, "x")
    assert [v.pointer for v in plan.events["A"].violations({"b": "text"})] == ["/b"]


def test_one_page_of_a_segment_plan_is_refused(problems):
    document = json.loads((FIXTURES / "segment-public-api.json").read_text("utf-8"))
    document["data"]["pagination"] = {"next": "Mg==", "totalEntries": 90}
    (problem,) = problems(document)
    assert "only 6 of 90 rules" in problem


def test_csv_describes_nested_properties_and_arrays():
    plan = load_plan(FIXTURES / "plan.csv")
    schema = plan.events["Board Opened"]
    good = {"boardId": "board-1", "cards": 3, "owner": {"name": "n", "role": "admin"}, "items": [{"price": None}]}
    assert schema.violations(good) == ()
    bad = {"boardId": "b", "owner": {"role": "owner"}, "items": [{"price": 1}, {"price": "2"}, {}]}
    assert [(one.pointer, one.rule.rpartition("/")[2]) for one in schema.violations(bad)] == [
        ("", "required"), ("/boardId", "pattern"), ("/items/1/price", "type"), ("/items/2", "required"),
        ("/owner", "required"), ("/owner/role", "enum"),
    ]  # fmt: skip
    assert plan.visitor.violations({"plan": "gold"})


def test_schema_files_are_named_by_title_or_file(write, tmp_path):
    write("a.json", {"title": "Signed Up", "properties": {"plan": {"type": "string"}}})
    write("Logged In.schema.json", {"type": "object"})
    write("account.json", {"type": "object"})
    plan = load_plan(tmp_path)
    assert set(plan.events) == {"Signed Up", "Logged In"}
    assert set(plan.objects) == {"account"}
    assert set(load_plan(tmp_path / "a.json").events) == {"Signed Up"}


@pytest.mark.parametrize(
    ("schema", "place", "text"),
    [
        ({"properites": {}}, "/properites", "did you mean properties?"),
        ({"properties": {"a": {"enumm": [1]}}}, "/properties/a/enumm", "did you mean enum?"),
        ({"$ref": "#"}, "", "circular $ref: # -> #"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}}, "/$defs/a", "circular $ref"),
        ({"$ref": "https://example.com/a.json"}, "/$ref", "nothing is fetched"),
        ({"$ref": "other.json#/a"}, "/$ref", "nothing is fetched"),
        ({"$ref": "#/$defs/missing"}, "/$ref", "points to no schema"),
        ({"properties": {"a": {"pattern": "("}}}, "/properties/a/pattern", "is not a regular expression"),
        ({"patternProperties": {"[": {}}}, "/patternProperties/[", "is not a regular expression"),
        ({"type": "strng"}, "/type", "did you mean string?"),
        ({"required": "plan"}, "/required", "is not a value of required"),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "/$schema", "is not supported"),
        (7, "", "is not a JSON Schema"),
    ],
)
def test_wrong_schema_is_named_with_its_place(problems, schema, place, text):
    (problem,) = problems(native(A=schema))
    assert problem.startswith(f"plan.json: /events/A{place}: ")
    assert text in problem


def test_reference_that_goes_into_the_value_is_no_loop():
    tree = {"properties": {"left": {"$ref": "#"}, "size": {"type": "integer"}}}
    plan = read_plan(native(A=tree), "x")
    assert [v.pointer for v in plan.events["A"].violations({"left": {"left": {"size": ""}}})] == ["/left/left/size"]


def test_all_problems_are_listed_together(problems):
    found = problems({"version": 2, "evnts": {}, "events": {"A": {"typ": 1}, "B": {"$ref": "#"}}, "visitor": 3})
    assert [one.split(": ")[1] for one in found] == ["/version", "/evnts", "/events/A/typ", "/events/B", "/visitor"]


def test_long_list_of_problems_is_cut():
    with pytest.raises(PlanError, match="and 10 further problems") as caught:
        read_plan(native(**{f"e{number}": 1 for number in range(MAX_LISTED + 10)}), "x")
    assert len(caught.value.problems) == MAX_LISTED + 10


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("p.json", '{"version": 1,\n "events": {]}', "p.json: line 2, column 13: not JSON"),
        ("p.json", '{"version": 1, "events": {"A": {},\n "A": {}}}', "'A' is written twice in one object (lines 1, 2)"),
        ("p.json", '{"version": NaN}', "NaN is not a number of JSON"),
        ("p.json", "[" * 100_000, "nested too deeply"),
        ("p.csv", "event,propert\nA,b\n", 'p.csv: line 1: "propert" is not a column; did you mean property?'),
        ("p.csv", "event,property,type\nA,a,strng\n", 'p.csv: line 2: "strng" is not a type; did you mean string?'),
        ("p.csv", "event,property\nA,a\nA,a\n", 'p.csv: line 3: the property "a" of "A" is planned twice'),
        ("p.csv", 'event,property\nA,"a\n', "not CSV"),
        ("p.csv", "event,property\n@visitr,a\n", "is not a metadata object"),
    ],
)
def test_unreadable_file_is_named_with_its_line(write, problems, name, content, text):
    assert any(text in problem for problem in problems(write(name, content)))


def test_missing_file_is_named(problems, tmp_path):
    assert "cannot be read" in problems(tmp_path / "none.json")[0]


def test_two_versions_of_an_event_must_differ(problems):
    rule = {"type": "TRACK", "key": "A", "jsonSchema": {}, "version": 1}
    assert "has version 1 twice" in problems({"rules": [rule, rule]})[0]


def test_draft_07_and_2020_12_differ_as_their_drafts_say():
    pair = {"items": [{"type": "integer"}]}
    old = PlannedSchema("A", {"$schema": "http://json-schema.org/draft-07/schema#", **pair})
    new = PlannedSchema("A", {"prefixItems": [{"type": "integer"}]})
    assert [v.pointer for v in old.violations(["x"])] == [v.pointer for v in new.violations(["x"])] == ["/0"]
