"""`pendo-emulator query` runs a pipeline on rows in files."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pendo_emulator.cli import main

FIXTURES = Path(__file__).parents[3] / "fixtures/engage"
ROWS = sorted(map(str, (FIXTURES / "rows").glob("*.ndjson")))
NOW = "1795983826144"
EVENTS = {"source": {"events": None}}


@pytest.fixture
def query(tmp_path, monkeypatch):
    """Run the command in a folder with events.ndjson; the pipeline is stdin."""
    monkeypatch.chdir(tmp_path)
    rows = [{"a": 3, "who": "v-1"}, {"a": 1, "who": "v-\x1b[31m\u202e"}, {"a": None}]
    Path("events.ndjson").write_text("".join(json.dumps(row) + "\n\n" for row in rows), "utf-8")

    def run(*arguments, pipeline=(EVENTS,), files=("events.ndjson",)):
        text = pipeline if isinstance(pipeline, str) else json.dumps(list(pipeline))
        return CliRunner().invoke(main, ["query", "-", *files, *arguments], input=text)

    return run


@pytest.mark.parametrize("file", sorted((FIXTURES / "pipelines").glob("*.json")), ids=lambda file: file.stem)
def test_answer_is_that_of_the_api(file, tmp_path):
    case = json.loads(file.read_text("utf-8"))
    pipeline = tmp_path / "pipeline.json"
    pipeline.write_text(json.dumps(case["document"]), "utf-8")
    done = CliRunner().invoke(main, ["query", str(pipeline), *ROWS, "--now", NOW])
    assert (done.exit_code, json.loads(done.stdout)) == (0, case["answer"])


def test_ndjson_has_one_row_on_each_line(query):
    done = query("--format", "ndjson", pipeline=[EVENTS, {"sort": ["-a"]}, {"select": {"a": "a"}}])
    assert done.stdout == '{"a": 3}\n{"a": 1}\n{"a": null}\n'


def test_table_shows_a_column_for_each_field_and_no_control_characters(query):
    done = query("--format", "table")
    assert done.stdout.splitlines()[0].split() == ["a", "who"]
    assert "v-\\x1b[31m\\u202e" in done.stdout
    assert "\x1b" not in done.stdout


def test_json_has_no_control_characters(query):
    done = query()
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert json.loads(done.stdout)["results"][1]["who"] == "v-\x1b[31m\u202e"


def test_explain_shows_the_rows_after_each_step(query):
    pipeline = [EVENTS, {"filter": "a > 1"}, {"eval": {"b": "a * 2"}}]
    steps = json.loads(query("--explain", pipeline=pipeline).stdout)["steps"]
    assert [(step["step"], step["count"]) for step in steps] == [("source", 3), ("filter", 1), ("eval", 1)]
    assert steps[1]["rows"] == [{"a": 3, "who": "v-1"}]
    assert steps[2]["rows"] == [{"a": 3, "who": "v-1", "b": 6}]
    lines = query("--explain", "--format", "table", pipeline=pipeline).stdout.splitlines()
    assert lines[0] == "/request/pipeline/0 source: 3 rows"
    lines = query("--explain", "--format", "ndjson", pipeline=pipeline).stdout.splitlines()
    assert [json.loads(line).get("step") for line in lines] == ["source", "filter", "eval", None]


def test_explain_shows_the_steps_of_branches(query):
    pipeline = [EVENTS, {"fork": [[{"limit": 1}], [{"count": None}]]}]
    steps = json.loads(query("--explain", pipeline=pipeline).stdout)["steps"]
    assert [step["pointer"].removeprefix("/request/pipeline") for step in steps] == [
        "/0",
        "/1/fork/0/0",
        "/1/fork/1/0",
        "/1",
    ]


@pytest.mark.parametrize(("now", "value"), [("2026-11-30", 1795996800000), ("2026-11-30T01:00+01:00", 1795996800000)])
def test_now_is_a_date_or_milliseconds(query, now, value):
    done = query("--now", now, "--format", "ndjson", pipeline=[EVENTS, {"limit": 1}, {"select": {"now": "now()"}}])
    assert json.loads(done.stdout) == {"now": value}


def test_days_begin_in_the_time_zone(query):
    series = {"period": "dayRange", "first": "now()", "count": 1}
    done = query(
        "--now", "2026-11-30T12:00", "--time-zone", "Europe/Berlin",
        pipeline=[{"source": {"events": None, "timeSeries": series}}],
    )  # fmt: skip
    assert json.loads(done.stdout)["startTime"] == 1795993200000


def test_several_files_of_one_source_are_read_in_turn(query):
    folder = Path("more")
    folder.mkdir()
    (folder / "events.ndjson").write_text('{"a": 9}\n', "utf-8")
    done = query(pipeline=[EVENTS, {"count": None}], files=("events.ndjson", "more/events.ndjson"))
    assert json.loads(done.stdout)["results"] == [{"count": 4}]


@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        ("[", "stdin is not JSON"),
        ('// a comment\n[{"source": {"events": null}}]', "comments are not allowed"),
        ("[" * 100_000, "stdin is not JSON"),
        (
            [EVENTS, {"fliter": "a"}],
            "/request/pipeline/1/fliter: unknown operator 'fliter'; did you mean 'filter'?",
        ),
        ([EVENTS, {"filter": "a >"}], "400 /request/pipeline/1/filter, column 4: "),
        ([{"pes": {}}], "'pes' is not imitated"),
        ([{"source": {"pages": None}}], "give them in a file that is called pages.ndjson"),
    ],
)
def test_wrong_pipeline_is_exit_code_2(query, pipeline, message):
    done = query(pipeline=pipeline)
    assert (done.exit_code, message in done.stderr, done.stdout) == (2, True, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [("{}\n7\n", "events.ndjson, line 2: a row is an object"), ("{}\n\n{\n", "events.ndjson, line 3: not JSON")],
)
def test_wrong_row_is_exit_code_2(query, text, message):
    Path("events.ndjson").write_text(text, "utf-8")
    done = query()
    assert (done.exit_code, message in done.stderr) == (2, True)


@pytest.mark.parametrize("options", [("--now", "today"), ("--time-zone", "Mars/Base"), ("--format", "xml")])
def test_wrong_option_is_exit_code_2(query, options):
    assert query(*options).exit_code == 2


def test_missing_file_is_exit_code_2(query):
    assert query(files=("nothing.ndjson",)).exit_code == 2


def test_exceeded_limit_is_exit_code_1(query):
    done = query("--max-rows", "2")
    assert (done.exit_code, "402 /request/pipeline/0/source/events: " in done.stderr) == (1, True)


def test_missing_data_are_noted_on_stderr(query):
    done = query(pipeline=[EVENTS, {"bulkExpand": {"v": {"visitor": "who"}}}])
    assert done.exit_code == 0
    assert "note: the source visitors has no rows" in done.stderr


def test_request_without_its_envelope_is_read(query):
    done = query(pipeline=json.dumps({"requestId": "x", "pipeline": [EVENTS, {"count": None}]}))
    assert json.loads(done.stdout)["results"] == [{"count": 3}]


def test_rows_that_are_nested_deeply_are_no_bug(query):
    for depth in (300, 900, 5_000):
        Path("events.ndjson").write_text('{"a": ' + "[" * depth + "]" * depth + "}\n", "utf-8")
        for step in ({"cat": None}, {"sort": ["a"]}, {"group": {"group": ["a"]}}):
            assert query(pipeline=[EVENTS, step]).exit_code in {0, 1, 2}, (depth, step)
