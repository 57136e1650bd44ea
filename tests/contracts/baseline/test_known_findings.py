"""A baseline and waivers hide exactly the findings that they name."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pendo_contracts.baseline.baseline_file import BaselineError, read_baseline, write_baseline
from pendo_contracts.baseline.hide_known import Known, hide_known
from pendo_contracts.baseline.waiver_file import WaiverFileError, read_waivers
from pendo_contracts.checking.check import Check, check_requests
from pendo_contracts.checking.judge_batch import BatchJudge
from pendo_contracts.contract import require
from pendo_contracts.report import as_json, as_text, conclude
from tests.contracts.rules.session_builder import beacon, event, judged, track

TODAY = date(2026, 11, 30)
REQUESTS = Path(__file__).parents[3] / "fixtures/broken/requests.ndjson"
BROKEN = [json.loads(line) for line in REQUESTS.read_text("utf-8").splitlines()]
JUNK = beacon(event(visitor_id="undefined"))
WAIVER = """
- rule: junk-id
  owner: web team
  reason: the login page is replaced
  expires: 2026-12-24
"""


def report(*lines):
    return check_requests(judged(lines))


def waivers(tmp_path, text):
    (tmp_path / "waivers.yml").write_text(text, "utf-8")
    return read_waivers(tmp_path / "waivers.yml")


def problems(tmp_path, text, *lines):
    hidden = hide_known(report(*lines), Known(TODAY, waivers=waivers(tmp_path, text)))
    return [problem.replace(f"{tmp_path}/", "") for problem in hidden.known.problems], conclude(hidden)


def test_baseline_hides_all_findings_of_its_recording(tmp_path):
    found = report(*BROKEN)
    baseline = write_baseline(tmp_path / "baseline.json", found.findings)
    hidden = hide_known(found, Known(TODAY, read_baseline(tmp_path / "baseline.json")))
    assert (hidden.findings, hidden.known.no_longer, hidden.good) == ((), 0, True)
    assert hidden.known.hidden_count == sum(group.count for group in found.findings)
    assert conclude(hidden).exit_code == 0
    assert f"{hidden.known.hidden_count} known findings hidden by {baseline.file}" in as_text(hidden)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(len(BROKEN))))
def test_baseline_file_does_not_depend_on_the_order(tmp_path_factory, order):
    folder = tmp_path_factory.mktemp("baseline")
    for name, lines in (("a", BROKEN), ("b", [BROKEN[place] for place in order])):
        write_baseline(folder / name, report(*lines).findings)
    assert (folder / "a").read_bytes() == (folder / "b").read_bytes()


def test_baseline_has_one_sorted_line_for_each_finding(tmp_path):
    found = report(*BROKEN)
    write_baseline(tmp_path / "baseline.json", found.findings)
    text = (tmp_path / "baseline.json").read_text("utf-8")
    entries = [json.loads(line.rstrip(",")) for line in text.splitlines()[1:-1]]
    assert len(entries) == len({group.first.fingerprint for group in found.findings})
    assert json.loads(text) == {"version": 1, "findings": entries}
    assert [entry["rule"] for entry in entries] == sorted(entry["rule"] for entry in entries)


NAMES, MEMBERS = st.sampled_from(["A", "B", "C"]), st.sampled_from(["bad name", "1st", "b-c"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(NAMES, MEMBERS), max_size=4), st.lists(st.tuples(NAMES, MEMBERS), min_size=1, max_size=4))
def test_baseline_never_hides_the_rule_at_another_event_or_pointer(tmp_path_factory, before, now):
    file = tmp_path_factory.mktemp("baseline") / "baseline.json"
    write_baseline(file, report(*(beacon(track(name, {member: 1})) for name, member in before)).findings)
    found = report(*(beacon(track(name, {member: 1})) for name, member in now))
    hidden = hide_known(found, Known(TODAY, read_baseline(file)))
    left = {(group.first.name, group.first.pointer.rpartition("/")[2]) for group in hidden.findings}
    assert left >= set(now) - set(before)
    assert not {pair for pair in left if pair[1]} & set(before)


def test_entries_that_no_longer_occur_are_a_note(tmp_path):
    write_baseline(tmp_path / "baseline.json", report(JUNK).findings)
    hidden = hide_known(report(beacon(event())), Known(TODAY, read_baseline(tmp_path / "baseline.json")))
    assert hidden.good
    assert any("no longer occur" in note and "--update-baseline" in note for note in hidden.notes)


def test_findings_above_the_limit_are_never_hidden_in_silence(tmp_path):
    lines = [beacon(track(f"Event {number}", {"bad name": 1})) for number in range(5)]
    judge, check = BatchJudge(), Check(max_groups=3)
    check.add(judge.judge_requests(judged(lines)))
    found = check.report()
    check.close()
    baseline = write_baseline(tmp_path / "baseline.json", found.findings)
    hidden = hide_known(found, Known(TODAY, baseline))
    assert sum(hidden.further.values()) == sum(found.further.values()) > 0
    assert any("too many to list" in note for note in hidden.notes)
    assert conclude(hidden, strict=True).exit_code == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"baseline.json:1: the baseline is not JSON"),
        ('{"version": 1, "findings": [\n<<<<<<< ours\n', r"baseline.json:2: a merge conflict"),
        ("[]", "the document is no object"),
        ('{"version": 2, "findings": []}', "the version must be 1, not 2"),
        ('{"version": 1, "findings": [3], "more": 1}', "there is no member 'more'; /findings/0 must be an object"),
        ("[" * 100_000, "is not JSON that can be read"),
    ],
)
def test_wrong_baselines_are_explained(tmp_path, text, message):
    (tmp_path / "baseline.json").write_text(text, "utf-8")
    with pytest.raises(BaselineError, match=message):
        read_baseline(tmp_path / "baseline.json")


def test_waiver_covers_its_findings_until_its_last_day(tmp_path):
    known = Known(date(2026, 12, 24), waivers=waivers(tmp_path, WAIVER))
    hidden = hide_known(report(JUNK), known)
    (waived,) = hidden.known.waived
    assert (waived.rule, waived.count, hidden.known.problems) == ("junk-id", 1, ())
    require("report", json.loads(as_json(hidden)))
    assert "1 finding waived by 1 waiver of" in as_text(hidden)
    late = hide_known(report(JUNK), replace(known, today=date(2026, 12, 25)))
    assert late.count("error") >= 1
    assert "expired on 2026-12-24" in late.known.problems[0]


def test_unused_waiver_fails_and_says_what_to_do(tmp_path):
    found, outcome = problems(tmp_path, WAIVER, beacon(event()))
    assert found == ["waivers.yml:2: the waiver for junk-id covers no finding: remove it, or correct its rule or scope"]
    assert (outcome.word, outcome.exit_code) == ("WAIVERS", 1)


@pytest.mark.parametrize(
    ("scope", "covered"),
    [
        ("event_type: load", True),
        ("event_type: track", False),
        ("pointer: /visitor_id", True),
        ("pointer: /visitor*", True),
        ("pointer: '*_id'", True),
        ("pointer: '*account*'", False),
        ("endpoint: ptm.gif", True),
        ("endpoint: ptm", False),
        ("event_name: ''", True),
        ("{endpoint: 'p*.*f', event_type: '*'}", True),
    ],
)
def test_scope_selects_findings(tmp_path, scope, covered):
    text = f"{WAIVER}  scope: {scope if scope.startswith('{') else f'{{{scope}}}'}\n"
    hidden = hide_known(report(JUNK), Known(TODAY, waivers=waivers(tmp_path, text)))
    assert bool(hidden.known.waived) == covered


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("junk-id", "junk-idd", "waivers.yml:2: there is no rule 'junk-idd'; did you mean junk-id?"),
        ("junk-id", "lod#/type", "waivers.yml:2: there is no contract 'lod'; did you mean load#/type?"),
        (
            "junk-id",
            "event#/typ",
            "waivers.yml:2: the contract event has no constraint '/typ'; did you mean event#/type?",
        ),
        ("owner:", "ownr:", "waivers.yml:3: there is no member 'ownr'; did you mean owner?"),
        ("web team", "''", "waivers.yml:3: owner must be a text that is not empty"),
        ("2026-12-24", "2026-12-32", "waivers.yml:5: expires must be a date such as 2030-01-31, not '2026-12-32'"),
        ("2026-12-24", "soon", "waivers.yml:5: expires must be a date such as 2030-01-31, not 'soon'"),
    ],
)
def test_wrong_waivers_are_explained_and_the_others_are_used(tmp_path, old, new, message):
    found, outcome = problems(tmp_path, f"{WAIVER.replace(old, new, 1)}{WAIVER}", JUNK)
    assert message in found
    assert not [problem for problem in found if "waivers.yml:7" in problem]
    assert (outcome.word, outcome.exit_code) == ("WAIVERS", 1)


@pytest.mark.parametrize("rule", ["plan:Signed Up#/properties/plan/type", "plan-unplanned-event", "wire#truncated"])
def test_rules_of_plans_and_of_the_wire_are_known(tmp_path, rule):
    file = waivers(tmp_path, WAIVER.replace("junk-id", f"'{rule}'"))
    assert (len(file.waivers), file.problems) == (1, ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- rule: [", r"waivers.yml:\d+: not YAML"),
        ("rule: junk-id", "waivers.yml:1: the waivers are not a list"),
        ("- a\n- b: *none\n", "waivers.yml:2: not YAML"),
    ],
)
def test_files_without_a_list_are_explained(tmp_path, text, message):
    with pytest.raises(WaiverFileError, match=message):
        waivers(tmp_path, text)


def test_every_rule_of_a_finding_is_known(tmp_path):
    rules = {group.rule for group in report(*BROKEN).findings}
    text = "".join(WAIVER.replace("junk-id", json.dumps(rule)) for rule in sorted(rules))
    assert waivers(tmp_path, text).problems == ()
