import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.errors import ConfigurationError
from pendo_destination.mapping import compile_mapping
from pendo_destination.mapping.text_directives import compile_substitution

VALUE = {"@path": "$.v"}


@pytest.mark.parametrize(
    ("operator", "value", "changed"),
    [("upper", "straße ﬁ", "STRASSE FI"), ("lower", "ΟΔΟΣ İ", "οδος i\u0307"), ("upper", 5, 5), ("title", None, None)],
)
def test_case_directive_changes_only_strings(operator, value, changed):
    assert compile_mapping({"@case": {"operator": operator, "value": VALUE}})({"v": value}) == changed


def test_unknown_case_operator_fails_for_strings():
    with pytest.raises(ConfigurationError, match='"lower" or "upper"'):
        compile_mapping({"@case": {"operator": "title", "value": VALUE}})({"v": "x"})


@pytest.mark.parametrize(
    ("pattern", "replacement", "value", "replaced"),
    [
        (".", "-", "a.b.c", "a-b-c"),
        ("b", "<$&>", "abc", "a<b>c"),
        ("b", "$`$'", "abc", "aacc"),
        ("b", "$$$1$<x>", "abc", "a$$1$<x>c"),
        ("\ud83d", "x", "😀", "x\ude00"),
        ("x", "\ud83d", "x\ude00", "😀"),
    ],
)
def test_replacement_is_a_template_and_pattern_is_literal(pattern, replacement, value, replaced):
    assert compile_substitution(pattern, replacement, ignore_case=False, replace_all=True)(value) == replaced


@pytest.mark.parametrize(
    ("pattern", "value", "replaced"),
    [
        ("k", "kK\u212a", "--\u212a"),
        ("s", "sS\u017f", "--\u017f"),
        ("Σ", "σς", "--"),
        ("ß", "ẞß", "ẞ-"),
        ("i", "İI", "İ-"),
    ],
)
def test_ignoring_case_follows_regexps_without_the_u_flag(pattern, value, replaced):
    assert compile_substitution(pattern, "-", ignore_case=True, replace_all=True)(value) == replaced


@settings(deadline=None)
@given(st.text(), st.text(min_size=1, max_size=5), st.text(alphabet="ab\\€", max_size=5))
def test_plain_replacement_equals_str_replace(value, pattern, replacement):
    substitute = compile_substitution(pattern, replacement, ignore_case=False, replace_all=True)
    assert substitute(value) == value.replace(pattern, replacement)


def test_first_match_is_replaced_unless_global():
    assert compile_substitution("a", "b", ignore_case=True, replace_all=False)("xAa") == "xba"


def test_second_pattern_applies_to_the_first_result():
    options = {"pattern": "a", "replacement": "b", "pattern2": "b", "replacement2": "c", "value": VALUE}
    assert compile_mapping({"@replace": options})({"v": "ab"}) == "cc"


@pytest.mark.parametrize(("value", "replaced"), [(15, "x5"), (True, "true"), (None, ""), (["1"], "")])
def test_numbers_and_booleans_are_replaced_as_text(value, replaced):
    assert compile_mapping({"@replace": {"pattern": "1", "replacement": "x", "value": VALUE}})({"v": value}) == replaced


@pytest.mark.parametrize("option", ["pattern2", "replacement2"])
def test_too_long_second_replace_pattern_fails_at_resolve_time(option):
    options = {"pattern": "a", "value": "a", "pattern2": "a", "replacement2": "b", option: "elevenchars"}
    with pytest.raises(ConfigurationError, match="less than 10 characters"):
        compile_mapping({"@replace": options})({})
