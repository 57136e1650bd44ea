"""`inspect` writes a page and JSON, compares several recordings, and escapes what a recording contains."""

import copy
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pendo_contracts.wire import jzb
from pendo_emulator.cli import main

SUPPORT = Path(__file__).parents[3] / "fixtures/support"
GOOD, BAD = SUPPORT / "account-with-traits.har", SUPPORT / "account-without-traits.har"
HOSTILE = "\x1b[31m\u202e\"'><script>alert(1)</script>{{7*7}}[red]\r\n\x07"


@pytest.fixture
def inspect():
    def run(*words):
        result = CliRunner().invoke(main, ["inspect", *map(str, words)])
        return result.exit_code, result.output

    return run


def test_page_is_written_and_named(inspect, tmp_path):
    code, output = inspect(BAD, "--html", tmp_path / "new/result.html")
    page = (tmp_path / "new/result.html").read_text("utf-8")
    assert (code, page.startswith("<!doctype html>"), "The account acme is named" in page) == (0, True, True)
    assert output.splitlines()[-1].endswith("result.html shows everything: open it in a browser.")


def test_page_that_cannot_be_written_exits_with_5(inspect, tmp_path):
    (tmp_path / "file").write_text("")
    code, output = inspect(BAD, "--html", tmp_path / "file/result.html")
    assert (code, "cannot write the result" in output) == (5, True)


def test_several_recordings_are_compared_with_the_good_one(inspect):
    code, output = inspect(BAD, GOOD)
    assert (code, "DIFFERENCES from account-with-traits.har to account-without-traits.har" in output) == (0, True)
    document = json.loads(inspect(BAD, GOOD, "--json", "-")[1])
    assert [one["name"] for one in document["inspections"]] == [BAD.name, GOOD.name]
    (difference,) = document["differences"]
    assert (difference["good"], difference["bad"], difference["causes"]) == (
        GOOD.name,
        BAD.name,
        ["account-traits-missing"],
    )
    assert [change["field"] for change in difference["events"]["changed"]] == ["account.plan", "account.seats"]


def test_all_prints_facts_and_the_whole_story(inspect):
    short, complete = inspect(BAD)[1], inspect(BAD, "--all")[1]
    assert ("FACTS" in short, "FACTS" in complete, "--all" in complete) == (False, True, False)


def test_recordings_with_hostile_values_are_escaped(inspect, tmp_path):
    document = json.loads(BAD.read_text("utf-8"))
    log = document["log"]
    log["creator"] = {"name": HOSTILE, "version": HOSTILE}
    events = [
        {"type": kind, "visitor_id": HOSTILE, "account_id": HOSTILE, "url": HOSTILE, "track_event_name": HOSTILE,
         "props": {"visitor": {"id": HOSTILE, HOSTILE: HOSTILE}, "account": {"id": HOSTILE, HOSTILE: [HOSTILE]}}}
        for kind in ("meta", "track", HOSTILE)
    ]  # fmt: skip
    for entry in copy.deepcopy(log["entries"]):
        entry["request"]["method"] = entry["response"]["statusText"] = entry["response"]["_error"] = HOSTILE
        entry["response"]["status"] = 0
        entry["request"]["headers"] = [{"name": HOSTILE, "value": HOSTILE}, {"name": "referer", "value": HOSTILE}]
        entry["response"]["content"] = {"mimeType": "text/html", "text": HOSTILE}
        log["entries"].append(entry)
    sent = copy.deepcopy(log["entries"][2])
    sent["request"]["url"] = f"https://data.pendo.io/data/ptm.gif/KEY?v={HOSTILE[5:8]}&jzb={jzb.encode(events)}"
    page = copy.deepcopy(log["entries"][0])
    page["request"]["url"] += HOSTILE
    log["entries"] += [sent, page]
    (tmp_path / "bad.har").write_text(json.dumps(document))
    for words in ((tmp_path / "bad.har", "--all"), (tmp_path / "bad.har", BAD, "--all"), (tmp_path / "bad.har",)):
        code, output = inspect(*words, "--html", tmp_path / "x.html")
        assert code == 0
        assert all(line.isprintable() for line in output.split("\n"))
        html = (tmp_path / "x.html").read_text("utf-8")
        assert ("<script" in html, "\x1b" in html, "\u202e" in html, "\\x1b[31m" in html) == (False, False, False, True)
