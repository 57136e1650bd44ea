import subprocess
import sys

import pytest

from pendo_destination.errors import ConfigurationError
from pendo_destination.mapping import compile_mapping

EVENT = {
    "s": "str", "n": None, "z": 0, "f": 1.5, "big": 1e21, "a": [1, 2, 3], "o": {"k": "v"}, "e": "😀", "t": True,
    "html": "<b>x</b> & 'y'", "arr": [{"id": 1, "name": "A"}, {"id": 2}], "day": "2024-01-02T03:04:05.678Z",
}  # fmt: skip


def render(template, event=EVENT):
    return compile_mapping({"@liquid": template})(event)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ missing }}{{ n }}|{{ a }}|{{ o }}|{{ big }}|{{ f | times: 2 }}", "|123|[object Object]|1e+21|3"),
        ("{{ arr[0].name }}{{ arr.last.id }}{{ a.size }}{{ a[-1] }}{{ e.size }}{{ o['k'] }}", "A2332v"),
        ("{% if z %}0 is true{% endif %}{% unless n %}, nil is not{% endunless %}", "0 is true, nil is not"),
        ("{% assign q = s | upcase %}{% capture w %}[{{ q }}]{% endcapture %}{{ w }}", "[STR]"),
        ("{{ s | bogus: 1 | append: f }}", "str1.5"),
        ("{{ s == 'str' }} {{ f > 2 }}", "true false"),
        ("{{ now }}{{ today }}", ""),
        (
            "{% echo big %}{% # nothing %}{% comment %}{{ s }}{% endcomment %}{% raw %}{{ s }}{% endraw %}",
            "1e+21{{ s }}",
        ),
        ("x {{- s -}} y {%- raw -%} {{ s }} {%- x -%} {% endraw -%} z", "xstry {{ s }} {%- x -%} z"),
        ("{% increment z %}{% increment z %}{{ z }}{% decrement c %}", "012-1"),
        ("{% cycle s, t %}{% cycle 1, 2 %}{% cycle s: 0 %}", "str2"),
        ("{% liquid\n assign q = s\n if q\n echo q\n endif %}", "str"),
        ("{% if t %}a{% break %}b{% endif %}c", "a"),
        ("{% unless t %}a{% else %}b{% else %}c{% elsif t %}d{% endunless %}", "b"),
        ("{% capture 'a b' %}{{ s }}{% endcapture %}{{ ['a b'] }}", "str"),
        ("{% block b %}{{ s }}{% endblock %}", "str"),
    ],
)
def test_templates_render_as_in_liquidjs(template, text):
    assert render(template) == text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (r"'it\'s\n\u0041\101\x'", "it's\nAAx"),
        ("'}}'", "}}"),
        ("f < '2' and big > s or not t", "false"),
        ("'10' < '9' and 10 > '9' and n >= z and missing <= z or t", "true"),
        ("not t == n", "true"),
        ("a == a and o == o and nil == missing and n != missing", "true"),
        ("n == blank and o != empty and '' == empty and ' ' == blank", "true"),
        ("a contains 2 and s contains 't' and o contains 'k'", "false"),
        ("s |", "str"),
        ("s f bogus", "str"),
        (".s", "str"),
        ("a. first", "1"),
        ("-1.5.x", ""),
        ("(z..2)", "012"),
        ("size", "0"),
    ],
)
def test_expressions_are_parsed_and_compared_as_in_liquidjs(expression, text):
    assert render("{{ " + expression + " }}") == text


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("0.1 | plus: 0.2", "0.30000000000000004"),
        ("7 | divided_by: 2", "3.5"),
        ("7 | divided_by: 2, true", "3"),
        ("1 | divided_by: 0", "Infinity"),
        ("-7 | modulo: 3", "2"),
        ("1.005 | round: 2", "1.01"),
        ("'x' | minus: 1", "-1"),
        ("html | strip_html | escape", "x &amp; &#39;y&#39;"),
        ("e | slice: 0", "\ud83d"),
        ("'a,b,,' | split: ',' | join: '+'", "a+b"),
        ("'a b c' | truncatewords: 2", "a b..."),
        ("'abcdef' | truncate: 5", "ab..."),
        ("n | default: 'd'", "d"),
        ("false | default: 'd', allow_false: true", "false"),
        ("'a+b%20c' | url_decode", "a b c"),
        ("'ż/?' | url_encode", "%C5%BC%2F%3F"),
        ("'żó' | base64_encode | base64_decode", "żó"),
        ("arr | where: 'name' | size", "1"),
        ("arr | sum: 'id'", "3"),
        ("o | json", '{"k":"v"}'),
        ("day | date: '%Y-%m-%d %H:%M:%S.%L'", "2024-01-02 03:04:05.678"),
        ("0 | date", "Thursday, January 1, 1970 at 12:00 am +0000"),
        ("s | date: '%Y'", "str"),
        ("0 | date: '%c', 'America/New_York'", "12/31/1969, 7:00:00 PM"),
        ("1704164645678 | date: '%Y', -60", "55972"),
        ("'May 5, 2024' | date_to_string: 'ordinal', 'US'", "May 5th, 2024"),
        ("5 | plus", "NaN"),
        ("5 | plus: missing", "5"),
        ("s | slice: '1'", "tr"),
        ("s | strip: 'sr'", "t"),
        ("s | append: x: 1", "strx1"),
        ("'<b><script>1 < 2</script>x< y' | strip_html", "x< y"),
        ("'Łódź 1.0!' | slugify: 'latin'", "łodź-1-0"),
        ("a | json: 1", "[\n 1,\n 2,\n 3\n]"),
        ("nil | json", "{}"),
        ("arr | where: 'name', nil | size", "1"),
        ("'a' | sample", "a"),
        ("'中文 ab' | number_of_words: 'auto'", "3"),
    ],
)
def test_filters_compute_as_in_liquidjs(expression, text):
    assert render("{{ " + expression + " }}") == text


@pytest.mark.parametrize(
    ("template", "name", "message"),
    [
        ("{% for x in a %}{% endfor %}", "ParseError", 'tag "for" is disabled, line:1, col:1'),
        ("ab\n {% bogus %}", "ParseError", 'tag "bogus" not found, line:2, col:2'),
        ("{% if t %}x", "ParseError", "tag {% if t %} not closed, line:1, col:1"),
        ("x{{ a | sort }}", "RenderError", 'filter "sort" is disabled, line:1, col:2'),
        ("{{ '%' | url_decode }}", "RenderError", "URI malformed, line:1, col:1"),
        ("{{ $.s }}", "TokenizationError", 'invalid value expression: "$.s", line:1, col:4'),
        ("{{ }}", "TokenizationError", 'invalid value expression: "", line:1, col:4'),
        ("a{{ s", "TokenizationError", 'output "{{ s" not closed, line:1, col:2'),
        ("{%- %}", "TokenizationError", "illegal tag syntax, tag name expected, line:1, col:5"),
        ("{% raw %}x", "TokenizationError", 'raw "{% raw %}x" not closed, line:1, col:10'),
        ("{{ s! }}", "TokenizationError", 'expected "|" before filter, line:1, col:6'),
        ("{{ s | append 'x' }}", "TokenizationError", 'expected ":" after filter name, line:1, col:15'),
        ("{{ s | append: 'x' 'y' }}", "TokenizationError", "unexpected character \"'y'\", line:1, col:20"),
        ("{{ (1.2) }}", "TokenizationError", "invalid range syntax, line:1, col:9"),
        ("{{ a[0 }}", "TokenizationError", "[ not closed, line:1, col:7"),
        ("{% assign q s %}", "TokenizationError", 'expected "=", line:1, col:13'),
        ("{% if t %}{% else x %}{% endif %}", "ParseError", 'unexpected "x", line:1, col:1'),
        ("{% if t %}{% else %}{% elsif t %}{% endif %}", "ParseError", "unexpected elsif after else, line:1, col:1"),
        ("{{ s | append }}", "RenderError", "append expect 2 arguments, line:1, col:1"),
        (
            "{% if t %}{{ 0 | date: '', 'Mars' }}{% endif %}",
            "RenderError",
            "Invalid time zone specified: Mars, line:1, col:11",
        ),
        ("{{ (1..999999999) }}", "RenderError", "memory alloc limit exceeded, line:1, col:1"),
        ("x" * 1001, "Error", "liquid template values are limited to 1000 characters"),
    ],
)
def test_template_errors_are_raised_by_rendering(template, name, message):
    with pytest.raises(ConfigurationError) as raised:
        render(template)
    assert (raised.value.segment_name, raised.value.message) == (name, message)


def test_counters_do_not_change_the_payload():
    event = {"z": 5}
    assert (render("{% increment z %}{{ z }}", event), event) == ("56", {"z": 5})


def test_payloads_that_are_not_objects_define_no_names():
    assert compile_mapping({"@arrayPath": ["$.a", {"@liquid": "<{{ s }}>"}]})(EVENT) == ["<>"] * 3


def test_liquid_is_imported_only_for_liquid_mappings():
    load = "import sys, pendo_destination.mapping as m; m.compile_mapping({'@path': 'a'})"
    code = f"{load}; sys.exit('liquid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_missing_liquid_is_named_before_any_event_is_sent():
    program = (
        "import sys; sys.modules['liquid'] = None\n"
        "from pendo_destination.destinations.pendo_web import PENDO_WEB\n"
        "from pendo_destination.runtime.configuration import find_configuration_problems as find\n"
        "mapping = {'event': {'@liquid': '{{ a }}'}}\n"
        "subscription = {'partnerAction': 'track', 'name': 'T', 'enabled': True, 'subscribe': 'type = \"track\"'}\n"
        "print(*find(PENDO_WEB, {'apiKey': 'k', 'subscriptions': [subscription | {'mapping': mapping}]}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "pip install 'pendo-emulator[liquid]'" in done.stdout
