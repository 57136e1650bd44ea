"""The text of an inspection begins with the cause and what to do, is short, and escapes what senders wrote."""

import re

import click
import pytest

from pendo_emulator.report.difference_text import difference_lines
from pendo_emulator.report.inspection_text import inspection_lines, verdict_lines
from pendo_emulator.report.recording_difference import find_good

HOSTILE = "\x1b]0;title\x07\x1b[31m\u202e[bold]\r\n\x00{x}%s" + "w" * 500


def plain(lines):
    return [click.unstyle(line) for line in lines]


def test_cause_and_fix_come_first(support_inspections):
    lines = plain(inspection_lines(support_inspections[1]))
    assert lines[3:5] == [
        "MOST LIKELY CAUSE",
        "  The account acme is named, but nothing else is said of it: no account metadata can appear in",
    ]
    assert any(line.startswith("  What to do: Pass the account's fields") for line in lines[4:9])
    assert "  account acme: no field" in lines


def test_healthy_recording_says_so_in_green(support_inspections):
    lines = list(inspection_lines(support_inspections[0]))
    assert click.unstyle(lines[3]) == "RESULT"
    assert lines[4].startswith("  \x1b[32m")


def test_short_text_fits_on_a_screen_and_counts_the_rest(hostile_inspection):
    inspection = hostile_inspection("short")
    short, complete = (plain(inspection_lines(inspection, complete=value)) for value in (False, True))
    assert len(short) < 70 < len(complete)
    assert any("more steps; --all shows them" in line for line in short)
    assert not any("--all" in line for line in complete)


@pytest.mark.parametrize("width", [40, 100])
def test_lines_are_not_wider_than_the_terminal(support_inspections, width):
    lines = plain(inspection_lines(support_inspections[1], complete=True, width=width))
    assert [line for line in lines if len(line) > width and " " in line.strip() and "http" not in line] == []


@pytest.mark.parametrize("complete", [False, True])
def test_hostile_values_do_not_reach_the_terminal(hostile_inspection, complete):
    inspection = hostile_inspection(HOSTILE)
    lines = [*inspection_lines(inspection, complete=complete), *verdict_lines(inspection)]
    text = re.sub(r"\x1b\[\d+m", "", "".join(lines))
    assert text.isprintable()
    assert "\\x1b]0;title\\x07" in text
    assert max(map(len, lines)) < 800


def test_difference_names_causes_facts_and_fields(support_inspections):
    lines = plain(difference_lines(support_inspections[2]))
    assert lines[0] == "DIFFERENCES from account-with-traits.har to account-without-traits.har"
    assert lines[1].startswith("  only in the second: The account acme is named")
    assert "  account acme: plan: pro -> nothing" in lines
    assert '    ~ changed account.plan: "pro" -> absent  (1 guide.json, 1 meta)' in lines


def test_healthy_recording_is_the_good_one(support_inspections):
    good, bad, difference = support_inspections
    assert (find_good([bad, good]), find_good([bad, bad])) == (1, 0)
    assert difference.to_json()["causes"] == ["account-traits-missing"]
    assert (difference.to_json()["gone"], difference.same) == ([], False)
