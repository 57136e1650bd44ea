"""A template can neither take long nor make large values: the sizes of its values are counted."""

import time

import pytest

from pendo_destination.errors import ConfigurationError
from pendo_destination.mapping import compile_mapping

EVENT = {"s": "a" * 30_000, "list": list(range(1_000)), "x": "y", "properties": {"a": {"b": ["c"] * 100}}}
DOUBLE = "{% assign x = x | append: x %}"
PUSH = "{% assign x = x | push: x %}"


def render(template):
    return compile_mapping({"a": {"@liquid": template}})(EVENT)["a"]


@pytest.mark.parametrize(
    "template",
    [
        DOUBLE * 28,
        PUSH * 30 + "{{ x }}",
        PUSH * 15 + "{% assign y = x %}" + PUSH * 10 + "{% if x == y %}{% endif %}",
        PUSH * 25 + "{{ list[x] }}",
        "{{ s | replace: 'a', s }}",
        "{{ s | replace: '', s }}",
        "{{ s | split: '' | join: s }}",
        "{{ (1..10000000) | size }}",
        "{% if (1..90000000) contains 1 %}{% endif %}",
        "{{ 0 | date: '%99999999Y%99999999Y' }}",
        "{{ s" + " | url_encode" * 75 + " }}",
        "{% assign p = 'a.' | append: s %}{{ (1..50000) | where: p }}",
    ],
)
def test_expensive_template_fails_soon(template):
    resolve = compile_mapping({"a": {"@liquid": template}})
    started = time.process_time()
    with pytest.raises(ConfigurationError, match="template render limit exceeded"):
        resolve(EVENT)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("part", ["[", "(", "a[", "(1..("])
def test_deeply_nested_operand_is_an_error(part):
    with pytest.raises(ConfigurationError):
        render("{{ " + part * (990 // len(part)) + " }}")


def test_ordinary_templates_stay_within_the_limit():
    assert render(DOUBLE * 10) == ""
    assert render("{{ s | upcase | append: s | size }}") == "60000"
    assert render("{{ list | join: ', ' | split: ', ' | size }}") == "1000"
    assert render("{{ (1..1000) | join: '-' | size }}") == "3892"
    assert render("{% if x %}" * 45 + "z" + "{% endif %}" * 45) == "z"


def test_each_rendering_has_its_own_limit():
    resolve = compile_mapping({"a": {"@liquid": "{{ s | append: s | size }}"}})
    assert {resolve(EVENT)["a"] for _ in range(50)} == {"60000"}
