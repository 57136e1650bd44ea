"""Each format opens in the parser of its consumer, also with hostile values."""

import json
import re
from functools import cache

import html5lib
import pytest
from jsonschema import Draft7Validator
from junitparser import Error, Failure, JUnitXml
from markdown_it import MarkdownIt
from msgspec.structs import replace

from pendo_contracts.commands.report_formats import FORMATS, render
from pendo_contracts.report import conclude
from pendo_contracts.report.formats.github_annotations import LIMIT
from pendo_contracts.report.formats.html_page import FAST_GROUPS, content_security_policy
from pendo_contracts.report.formats.markdown import as_summary
from pendo_contracts.report.outcome import Outcome
from tests.contracts.report.formats.sample_reports import (
    EMPTY,
    REPORTS,
    ROOT,
    broken_report,
    hostile_report,
    large_report,
    small_report,
)

COMMAND = re.compile(r"::(error|warning|notice) (?:[a-z]+=[^,:\r\n]+(?:,[a-z]+=[^,:\r\n]+)*)?::[^\r\n]+")
FAILED = Outcome("FAILED", 7, "the command failed", "command", 7)


@pytest.fixture(params=REPORTS)
def report(request):
    return REPORTS[request.param]()


def write(name, report, outcome=None):
    return render(name, report, outcome or conclude(report))


@cache
def sarif_schema():
    return Draft7Validator(json.loads((ROOT / "fixtures/standards/sarif-schema-2.1.0.json").read_text()))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_utf8_without_control_characters(name, report):
    document = write(name, report)
    assert document.encode()
    assert {character for character in document if not character.isprintable()} <= {"\n"}


def cases(document):
    return [case for suite in JUnitXml.fromstring(document.encode()) for case in suite]


def problems(document):
    return [case for case in cases(document) if any(isinstance(result, Failure | Error) for result in case.result)]


def test_junit_has_a_case_for_each_group_of_errors():
    groups = broken_report().errors
    failed = problems(write("junit", broken_report()))
    assert [case.name.rpartition("[")[2][:-1] for case in failed] == [group.fingerprint for group in groups]
    assert len({(case.classname, case.name) for case in cases(write("junit", broken_report()))}) == len(
        cases(write("junit", broken_report()))
    )


@pytest.mark.parametrize("outcome", [None, FAILED])
def test_junit_fails_if_and_only_if_the_exit_code_is_not_zero(report, outcome):
    ended = outcome or conclude(report)
    assert bool(problems(write("junit", report, ended))) == bool(ended.exit_code)


def test_junit_passes_for_warnings_and_fails_with_strict():
    report = replace(broken_report(), broken=0, findings=broken_report().advice)
    assert problems(write("junit", report)) == []
    assert len(problems(write("junit", report, conclude(report, strict=True)))) == 1


def test_sarif_keeps_the_schema_of_the_standard(report):
    document = json.loads(write("sarif", report))
    assert [error.message for error in sarif_schema().iter_errors(document)] == []


def test_sarif_has_the_fingerprint_the_line_and_the_contract_of_each_finding():
    report = replace(broken_report(), paths={"requests.ndjson": "some folder/requests.ndjson"})
    (run,) = json.loads(write("sarif", report))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(report.findings)
    for result, group in zip(run["results"], report.findings, strict=True):
        assert result["partialFingerprints"] == {"pendoFinding/v1": group.fingerprint}
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == group.rule
    physical = run["results"][0]["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "some%20folder/requests.ndjson"}, "region": {"startLine": 1}}
    in_contracts = [
        place["physicalLocation"]
        for result in run["results"]
        for place in result["relatedLocations"]
        if place["id"] == 0
    ]
    assert in_contracts
    for place in in_contracts:
        lines = (ROOT / "contracts" / place["artifactLocation"]["uri"]).read_text("utf-8").splitlines()
        assert lines[place["region"]["startLine"] - 1] == place["region"]["snippet"]["text"].split("\n")[0]


def test_sarif_rules_have_the_text_of_the_rules_pages():
    (run,) = json.loads(write("sarif", broken_report()))["runs"]
    help_texts = {rule["id"]: rule["help"]["text"] for rule in run["tool"]["driver"]["rules"]}
    assert "What you see in Pendo" in help_texts["id-twins"]
    assert all(help_texts.values())


def test_annotations_are_commands_within_the_limits(report):
    lines = write("github", report).splitlines()
    assert [line for line in lines if not COMMAND.fullmatch(line)] == []
    levels = [line[2:].partition(" ")[0] for line in lines]
    assert max(map(levels.count, levels), default=0) <= LIMIT


def test_annotations_count_the_findings_that_have_none():
    report = broken_report()
    errors, warnings = len(report.errors), sum(group.severity == "warning" for group in report.findings)
    text = write("github", report)
    assert f"{errors - LIMIT} errors, {warnings - LIMIT} warnings" in text
    assert text.count("\n::error ") + text.startswith("::error ") == LIMIT


def test_annotations_name_the_path_and_line_of_the_recording():
    report = replace(broken_report(), paths={"requests.ndjson": "a,b:c/requests.ndjson"})
    assert write("github", report).startswith("::error file=a%2Cb%3Ac/requests.ndjson,line=1,title=")


def test_outcome_without_an_error_is_an_annotation():
    assert "::error title=pendo-emulator::NOTHING RECEIVED" in write("github", EMPTY)


def test_markdown_shows_no_markup_of_senders():
    page = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(write("markdown", hostile_report()))
    assert re.findall(r"<(?:script|img|b>|a )", page) == []
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_step_summary_fits_and_counts_the_rest():
    text = as_summary(large_report(), conclude(large_report()), 100_000)
    shown = text.count("\n- ")
    assert len(text.encode()) <= 100_000
    assert f"{len(large_report().findings) - shown:,} more groups of findings" in text
    assert as_summary(large_report(), conclude(large_report()), 10) == ""


def html_errors(page):
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page)
    return [error for _, error, _ in parser.errors]


def test_page_is_valid_html(report):
    assert html_errors(write("html", report)) == []


def test_page_allows_and_has_no_external_request(report):
    page = write("html", report)
    assert "default-src 'none'" in content_security_policy()
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    addresses = [
        element.get(name)
        for element in tree.iter()
        for name in ("src", "href", "action", "srcset")
        if element.get(name)
    ]
    assert {address.partition(":")[0][:1] for address in addresses} <= {"d", "#"}
    assert [element.tag for element in tree.iter() if element.tag in {"img", "iframe", "object", "link"}] == ["link"]
    assert len([one for one in tree.iter("script") if one.get("type") != "application/json"]) == 1
    assert len(list(tree.iter("style"))) == 1
    assert "url(" not in next(tree.iter("style")).text
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on") or name == "style"]


def test_page_shows_the_event_beside_the_lines_of_the_contract():
    tree = html5lib.parse(write("html", small_report()), namespaceHTMLElements=False)
    texts = ["".join(mark.itertext()) for mark in tree.iter("mark")]
    assert any("browser_time" in text and '"late"' in text for text in texts)
    assert any('"type"' in text for text in texts)


def test_page_has_every_finding():
    page = write("html", large_report())
    shown = re.findall('<details class="finding" id="f([0-9a-f]+)"', page)
    scripts = re.findall('<script type="application/json" class="late">(.*?)</script>', page, re.DOTALL)
    late = [fingerprint for script in scripts for fingerprint, _, _ in json.loads(script)]
    assert (len(shown), len(shown) + len(late)) == (FAST_GROUPS, len(large_report().findings))
    assert {*shown, *late} == {group.fingerprint for group in large_report().findings}


def test_hostile_values_do_not_end_the_script_with_late_findings():
    report = replace(hostile_report(), findings=(*large_report().findings[:FAST_GROUPS], *hostile_report().findings))
    page = html5lib.parse(write("html", report), namespaceHTMLElements=False)
    late = [one for script in page.iter("script") if script.get("class") == "late" for one in json.loads(script.text)]
    assert len(late) == len(hostile_report().findings)
    for _, summary, details in late:
        fragment = html5lib.parseFragment(summary + details, namespaceHTMLElements=False)
        assert not [element.tag for element in fragment.iter() if element.tag in {"script", "img"}]
