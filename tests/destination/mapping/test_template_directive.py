import pytest

from pendo_destination.javascript.values import UNDEFINED
from pendo_destination.mapping.template_directive import compile_renderer

EVENT = {
    "s": "str",
    "n": None,
    "t": True,
    "f": 5.0,
    "big": 1e21,
    "l": [1, None, [2]],
    "o": {},
    "tpl": "{{s}}",
    "e": "😀",
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("no placeholder", "no placeholder"),
        ("{{s}}-{{ \ufeffs\u00a0}}", "str-str"),
        ("{{n}}{{missing}}", ""),
        ("{{t}} {{f}} {{big}} {{l}} {{o}}", "true 5 1e+21 1,,2 [object Object]"),
        ("{{}}", "{{}}"),
        ("{{ }}", "[object Object]"),
        ("{{$.s}}", ""),
        ("{{{s}}}", "str"),
        ("{{tpl}}", "{{s}}"),
        ("{{{tpl}}}", "str"),
        ("{{{tpl}}} {{tpl}}", "str {{s}}"),
        ("{{e.0}}{{e.1}}", "😀"),
    ],
)
def test_placeholders_are_filled_as_in_javascript(template, text):
    assert compile_renderer(template)(EVENT) == text


def test_undefined_payload_is_an_empty_object():
    assert compile_renderer("{{ }}")(UNDEFINED) == "[object Object]"
    assert compile_renderer("{{ }}")(None) == ""
