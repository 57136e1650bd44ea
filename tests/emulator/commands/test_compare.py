"""`compare` reads files and running emulators, prints differences, and tells them by its exit code."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pendo_contracts.wire import jzb
from pendo_emulator.cli import main
from tests.conftest import LOAD

CAPTURES = Path(__file__).parents[3] / "fixtures/captures"
EU = str(CAPTURES / "region-eu.ndjson")
HOSTILE = "\x1b[31m\u202e[red]<script>\n\r\x07"


@pytest.fixture
def compare():
    def run(*words, stdin=None):
        result = CliRunner().invoke(main, ["compare", *map(str, words)], input=stdin)
        return result.exit_code, result.output

    return run


@pytest.fixture
def capture(tmp_path):
    """Write a capture of load events and return its path."""

    def write(name, *events, host="data.pendo.io"):
        lines = [
            {"method": "GET", "url": f"https://{host}/data/ptm.gif/KEY?v=1&jzb={jzb.encode([LOAD | event])}"}
            for event in events
        ]
        (tmp_path / name).write_text("\n".join(map(json.dumps, lines)))
        return tmp_path / name

    return write


def test_same_recordings_exit_with_0(compare):
    code, output = compare(EU, EU)
    assert (code, output) == (0, "SAME 41 events in both\n")


def test_differences_exit_with_1_and_are_listed_by_visitor(compare, capture):
    before = capture("a.ndjson", {}, {"type": "track", "track_event_name": "Saved", "sequence": 1})
    code, output = compare(before, capture("b.ndjson", {"account_id": "a1"}, host="data.eu.pendo.io"))
    assert (code, output.splitlines()) == (
        1,
        [
            "installation",
            "  data host: data.pendo.io -> data.eu.pendo.io",
            "visitor v1",
            '  ~ changed account id: null -> "a1"  (1 load)',
            '  - missing 1 track "Saved"  (a.ndjson:2 event 0)',
            "DIFFERENT 1 missing, 0 added, 1 changed, 0 equal",
        ],
    )


def test_json_on_stdout_replaces_the_text(compare, capture):
    code, output = compare(capture("a.ndjson", {}), capture("b.ndjson", {"visitor_id": "ada"}), "--json", "-")
    document = json.loads(output)
    assert (code, document["version"], document["same"]) == (1, 1, False)
    assert document["changed"] == [
        {
            "visitor": "v1",
            "field": "visitor id",
            "pointer": "/visitor_id",
            "before": "v1",
            "after": "ada",
            "count": 1,
            "types": {"load": 1},
            "places": [["a.ndjson:1 event 0", "b.ndjson:1 event 0"]],
        }
    ]


@pytest.mark.parametrize(
    "words",
    [(EU, "no-such-file"), (EU, str(Path(__file__))), ("-", "-"), (EU,), (EU, "https://data.pendo.io#KEY")],
    ids=["missing", "no recording", "stdin twice", "one file", "real host"],
)
def test_unreadable_recording_is_wrong_usage(compare, words):
    code, output = compare(*words)
    assert (code, "Traceback" in output) == (2, False)


def test_standard_input_is_a_recording(compare):
    assert compare(EU, "-", stdin=Path(EU).read_bytes())[0] == 0


def test_two_keys_of_an_emulator_are_compared(compare, pendo, send):
    send()
    assert compare(f"{pendo.url}#{pendo.api_key}", f"{pendo.url}#{pendo.api_key}")[0] == 0
    code, output = compare(f"{pendo.url}#{pendo.api_key}", f"{pendo.url}#{pendo.api_key}-other")
    assert (code, "- missing 1 load" in output, "B: no request to Pendo" in output) == (1, True, True)


def test_emulator_that_does_not_answer_exits_with_3(compare):
    code, output = compare(EU, "http://127.0.0.1:9#KEY")
    assert (code, "start one with `pendo-emulator serve`" in output) == (3, True)


def test_hostile_values_do_not_reach_the_terminal(compare, capture):
    fields = dict.fromkeys(("type", "visitor_id", "account_id", "url", "track_event_name"), HOSTILE)
    one = capture("a.ndjson", fields | {"props": {HOSTILE: HOSTILE}}, {"sequence": 1, "visitor_id": HOSTILE})
    other = capture("b.ndjson", fields | {"props": {HOSTILE: [HOSTILE]}}, host=f"{HOSTILE.strip()}.pendo.io")
    for words in ((one, other), (other, one, "--all")):
        code, output = compare(*words)
        assert code == 1
        assert all(line.isprintable() for line in output.split("\n")), output
        assert "\\x1b[31m" in output


def test_many_differences_are_bounded_and_counted(compare, capture):
    events = [{"visitor_id": f"v{number}", "sequence": number} for number in range(30)]
    one, other = capture("a.ndjson", *events), capture("b.ndjson", {"type": "click", "visitor_id": "other"})
    _, output = compare(one, other)
    assert (output.count("- missing"), "... and 21 more visitors; --all shows them" in output) == (10, True)
    assert compare(one, other, "--all")[1].count("- missing") == 30
