"""The control API shows integration keys, takes definitions and runs pipelines."""

import pytest
import requests


@pytest.fixture
def control(pendo):
    """Return a function that asks the control API about the Engage API of the test's key."""

    def ask(method, path="", **options):
        address = f"{pendo.emulator.control_url}/keys/{pendo.api_key}/engage{path}"
        return requests.request(method, address, timeout=60, **options)

    return ask


def test_keys_are_made_once_and_open_the_api(pendo, control):
    first = control("GET").json()
    assert control("GET").json() == first == {**first, "settings": {}}
    assert pendo.integration_key == first["read_write"]


def test_keys_can_be_chosen(pendo, control):
    chosen = f"{pendo.api_key}-chosen"
    assert control("PUT", json={"read_write": chosen}).json()["read_write"] == chosen == pendo.integration_key


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "read_only, read_write, or both"),
        ({"read_only": ""}, "/read_only"),
        ({"read_only": "x", "read_write": "x"}, "must differ"),
        ([], "read_only, read_write, or both"),
    ],
)
def test_wrong_choice_of_keys_is_refused(control, body, message):
    answer = control("PUT", json=body)
    assert answer.status_code == 400
    assert message in answer.json()["title"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"pagse": []}, "did you mean pages"),
        ({"pages": {}}, "/pages: must be a list"),
        ({"pages": [{"rules": ["//*"]}]}, "/pages/0: a definition is an object with a name"),
        ({"pages": [{"name": "a", "rules": "//*"}]}, "/pages/0/rules"),
        ({"features": [{"name": "a", "selectors": ["a:hover"]}]}, "/features/0/selectors/0"),
        ({"features": [{"name": "a", "selectors": ["a"], "id": 1}]}, "/features/0/id"),
        ([], "definitions are an object"),
    ],
)
def test_wrong_definitions_are_refused_with_their_place(control, body, message):
    answer = control("PUT", "/definitions", json=body)
    assert answer.status_code == 400
    assert message in answer.json()["title"]


def test_definitions_of_a_kind_are_replaced(control):
    control("PUT", "/definitions", json={"pages": [{"name": "a", "rules": ["//*/a"]}], "guides": [{"name": "g"}]})
    answer = control("PUT", "/definitions", json={"pages": [{"name": "b", "rules": ["//*/b"], "color": "red"}]}).json()
    assert [(page["name"], page["color"]) for page in answer["pages"]] == [("b", "red")]
    assert [guide["name"] for guide in answer["guides"]] == ["g"]


def test_query_names_the_exchanges_behind_a_row_and_explains_steps(pendo, send, control):
    send(visitor_id="u1")
    (exchange,) = pendo.exchanges()
    pipeline = [{"source": {"events": None}}, {"filter": "numEvents > 0"}]
    answer = control("POST", "/query?explain=true", json={"request": {"pipeline": pipeline}}).json()
    assert [row["exchanges"] for row in answer["results"]] == [[exchange.id]]
    assert [step["count"] for step in answer["steps"]] == [1, 1]
    assert "no timeSeries" in answer["notes"][0]


def test_wrong_pipeline_is_refused_with_its_place(control):
    pipeline = [{"source": {"events": None}}, {"filter": "a ~ b"}]
    answer = control("POST", "/query", json={"request": {"pipeline": pipeline}})
    assert (answer.status_code, answer.json()["pointer"]) == (400, "/request/pipeline/1/filter")
    assert answer.json()["column"] == 3
