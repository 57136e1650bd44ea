"""Rules of pages match URLs, and selectors of features match elements."""

import pytest

from pendo_emulator.engage.sources.page_rules import matches_rule
from pendo_emulator.engage.sources.selectors import UnknownSelectorError, check_selector, matches_selector

URL = "https://App.example/users/1/edit?tab=a&x=1#top"
CHAIN = [
    ["SPAN", "", "icon", {"title": "save"}],
    ["BUTTON", "save", "btn btn-primary", {"data-test": "save-user"}],
    ["DIV", "form", "", {}],
]


@pytest.mark.parametrize(
    "rule",
    [
        "//*/users/*/edit", "//app.example/users/1/edit/", "https://app.example/**", "//*/**/edit",
        "//*.example/users/**", "//*/users/*/edit?tab=a", "//*/users/*/edit?x=*",
    ],
)  # fmt: skip
def test_rule_matches(rule):
    assert matches_rule(rule, URL)


@pytest.mark.parametrize(
    "rule",
    [
        "//*/users/*",
        "//*/users",
        "//other/**",
        "//*/users/*/edit?tab=b",
        "//*/users/*/edit?y=1",
        "",
        "//*/Users/1/edit",
    ],
)
def test_rule_does_not_match(rule):
    assert not matches_rule(rule, URL)


@pytest.mark.parametrize(
    "selector",
    [
        "button", "#save", ".btn.btn-primary", "button#save", "[data-test]", '[data-test="save-user"]',
        "[data-test^=save]", "[data-test$='user']", "div > button", "#form .icon", "a, span", "*", "div button > span",
        '[title="save"]',
    ],
)  # fmt: skip
def test_selector_matches_the_element_or_a_parent(selector):
    assert matches_selector(selector, CHAIN)


@pytest.mark.parametrize(
    "selector", ["a", "#form > span", ".other", '[data-test="x"]', "span button", "[data-test*=y]"]
)
def test_selector_does_not_match(selector):
    assert not matches_selector(selector, CHAIN)


@pytest.mark.parametrize("selector", ["", "a:hover", "a,,b", "> a", "a[", "a + b"])
def test_selector_that_is_not_imitated_is_refused(selector):
    with pytest.raises(UnknownSelectorError):
        check_selector(selector)
