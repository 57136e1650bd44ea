"""A scenario file is read completely, or every problem is named with its line."""

from contextlib import suppress

import hypothesis
import pytest
import yaml
from hypothesis import strategies as st

from pendo_contracts.scenarios.reading import ScenarioError, parse_scenario, read_scenario
from pendo_contracts.scenarios.scenario import Block, Step

TEXTS = {"title": "t", "symptom": "s", "why": "w", "see": "s", "fix": "f"}
SMALL = {**TEXTS, "steps": [{"wait": 1}], "expect": {"cause": "healthy"}}


def read(document):
    text = document if isinstance(document, str) else yaml.safe_dump(document, sort_keys=False)
    return parse_scenario(text.encode(), "case.yaml", "case")


def problems(document):
    with pytest.raises(ScenarioError) as error:
        read(document)
    return [str(problem) for problem in error.value.problems]


def test_smallest_file_has_defaults():
    scenario = read(SMALL)
    assert (scenario.name, scenario.expect.certainty, scenario.page.snippet) == ("case", "proved", True)
    assert scenario.steps == (Step("wait", 1),)


def test_every_member_is_read():
    scenario = read(SMALL | {
        "possible": "p", "source": "Assumed: x", "clock": "2026-03-02T09:00:00Z", "through": ["webhook"],
        "settings": {"region": "eu"}, "page": {"url": "https://shop.example/", "policy": "default-src 'self'"},
        "subscription": {"region": "eu"}, "faults": [{"status": 503}], "blocked": [{"reason": "client"}],
        "expect": {"cause": "time-late", "certainty": "possible", "findings": ["time-late"], "facts": {"accounts": []}},
    })  # fmt: skip
    assert scenario.clock == 1_772_442_000_000
    assert (scenario.through, scenario.blocked, scenario.page.snippet) == (("webhook",), (Block("client"),), False)
    assert (scenario.expect.findings, scenario.faults) == (("time-late",), ({"status": 503},))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"step": []}, "case.yaml:10: step: unknown member `step`; did you mean `steps`?"),
        ({"clock": "yesterday"}, 'case.yaml:10: clock: "yesterday" does not have the form'),
        ({"faults": [{"status": 900}]}, "case.yaml:11: faults/0/status: 900 is above 599"),
        ({"faults": [{"sattus": 500}]}, "case.yaml:11: faults/0"),
        ({"subscription": {"region": "mars"}}, 'case.yaml:11: subscription/region: "mars" is not one of'),
        ({"blocked": [{"reason": "clinet"}]}, 'blocked/0/reason: "clinet" is not one of the 6 allowed values; did you'),
        ({"steps": []}, "case.yaml:6: steps: [] has fewer than 1 items"),
        ({"steps": [{"pendo": ["initialise"]}]}, 'case.yaml:8: steps/0/pendo/0: "initialise" is not one of'),
        ({"expect": {"cause": "healthy", "findings": ["time-lat"]}}, "did you mean time-late?"),
        ({"expect": {"cause": "time-late", "certainty": "possible"}}, "needs the member `possible`"),
        ({"through": ["actions"], "browser": True}, "remove `browser` or `through`"),
        ({"steps": [{"engage": {"path": "/api/v1/page"}}]}, "steps/0/engage: "),
        ({"steps": [{"engage": {"path": "/x", "expect": {"status": 200}}}]}, "steps/0/engage/path: "),
        ({"steps": [{"engage": {"pipeline": [], "path": "/api/v1/x", "expect": {"rows": []}}}]}, "steps/0/engage: "),
        ({"steps": [{"engage": {"pipeline": [], "method": "PUT", "expect": {"rows": []}}}]}, "steps/0/engage"),
        ({"steps": [{"engage": {"pipeline": [], "key": "rw", "expect": {"rows": []}}}]}, "steps/0/engage/key: "),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_line(change, problem):
    assert any(problem in shown for shown in problems(SMALL | change)), problems(SMALL | change)


def test_missing_members_are_named():
    (problem,) = problems({"title": "t"})
    assert problem.startswith("case.yaml:1: the file: `symptom`, `why`, `see`, `fix`, `steps`, `expect` missing; write")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title: ]", "case.yaml:1: not YAML"),
        ("title: a\nwhy: b\ntitle: c\n", "case.yaml:3: the key `title` is there twice"),
        ("title: &a [x]\nwhy: *a\n", "case.yaml:2: aliases"),
        ("title: !!python/object:os.system x\n", "case.yaml:1: not YAML"),
        ("? [a]\n: b\n", "case.yaml:1: a key must be a text"),
        ("- a\n", 'case.yaml:1: the file: ["a"] is of type array, not object'),
        ("", "case.yaml:1: the file: null is of type null, not object"),
    ],
)  # fmt: skip
def test_other_texts_are_refused_with_a_line(text, problem):
    assert problems(text)[0].startswith(problem)


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(ScenarioError, match=r"none\.yaml: cannot be read: No such file"):
        read_scenario(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"title: \xe4")
    with pytest.raises(ScenarioError, match="not UTF-8 at byte 7"):
        read_scenario(tmp_path / "latin.yaml")


def test_control_characters_are_escaped_in_messages():
    assert "\x1b" not in problems(SMALL | {"\x1b[31m": 1})[0]


def test_very_large_and_very_deep_files_are_refused():
    assert "larger than" in str(problems("title: " + "x" * 2_000_000))
    assert problems("[" * 100_000)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*SMALL, "page", "x"]), inner),
    max_leaves=8,
)


@hypothesis.settings(max_examples=25)
@hypothesis.given(st.dictionaries(st.sampled_from([*SMALL, "page", "faults", "blocked", "through", "clock"]), values))
def test_any_document_is_read_or_refused(change):
    with suppress(ScenarioError):
        read(SMALL | change)


@hypothesis.settings(max_examples=60)
@hypothesis.given(st.text(max_size=60) | st.text("ab: -[]{}*&!|>'\"\n#?%", max_size=60))
def test_any_text_is_read_or_refused(text):
    with pytest.raises(ScenarioError):
        parse_scenario(text.encode("utf-8", "surrogatepass"), "case.yaml", "case")
