"""A check of recordings gives the same report in any split, in one process, in several and on a Dask cluster."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import distributed
import pytest

from pendo_contracts.checking.part_judge import JudgeOptions, WorkerError, Workers
from pendo_contracts.checking.process_workers import process_workers
from pendo_contracts.checking.recording_check import MAX_UNREADABLE, CheckObserver, check_recordings, check_sources
from pendo_contracts.recordings import RecordingError
from pendo_contracts.recordings.parts import Lines
from pendo_contracts.recordings.source_files import find_source_files
from pendo_contracts.report import as_json
from pendo_contracts.rules.rule_settings import NO_RULES, RuleSettings
from tests.contracts.rules.session_builder import beacon, event

FIXTURES = Path(__file__).parents[3] / "fixtures"
LINE = '{"method": "GET", "url": "https://data.pendo.io/data/ptm.gif/k?v=2", "body": ""}\n'


@pytest.fixture
def sources(tmp_path):
    """Return recordings with every kind of result: all captures, broken requests, and names with lone surrogates."""
    (tmp_path / "odd.ndjson").write_text(LINE * 3 + "not json\n" + LINE.replace("v=2", "x=\\ud800"))
    (tmp_path / "none.jsonl").write_text('{"name": "package"}')
    (tmp_path / "body.json").write_text('{"name": "package"}')
    return find_source_files([FIXTURES / "captures", FIXTURES / "broken/requests.ndjson", tmp_path]).files


@contextmanager
def in_threads():
    with ThreadPoolExecutor(3) as pool:
        yield pool


@pytest.mark.parametrize("part_size", [1, 5000, 50_000_000])
@pytest.mark.parametrize("workers", [None, Workers(in_threads, 3, local_bytes=0), Workers(in_threads, 50, 3000)])
def test_split_of_the_work_does_not_change_the_report(sources, workers, part_size):
    report = check_sources(sources, workers=workers, part_size=part_size)
    assert as_json(report) == as_json(check_sources(sources))
    assert report.requests > 200


def test_processes_give_the_same_report(sources):
    workers = process_workers(2, local_bytes=0)
    assert as_json(check_sources(sources, workers=workers)) == as_json(check_sources(sources))


def test_integers_of_any_size_reach_other_processes(tmp_path):
    lines = [
        beacon(event(sequence=sequence), event(sequence=3)) | {"status": status}
        for sequence, status in ((1e300, 200), (10**300, 200), (-(10**40), 200), (4, 10**300))
    ]
    (tmp_path / "huge.ndjson").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    (source,) = find_source_files([tmp_path / "huge.ndjson"]).files
    alone = check_sources([source])
    assert as_json(check_sources([source], workers=process_workers(2, local_bytes=0))) == as_json(alone)
    assert alone.requests == len(lines)
    assert "events-missing" not in {group.rule for group in alone.findings}


def test_dask_clusters_of_one_and_two_workers_give_the_same_report(sources):
    expected = as_json(check_sources(sources))
    for count in (1, 2):
        with (
            distributed.LocalCluster(count, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster,
            distributed.Client(cluster, set_as_default=False) as client,
        ):
            workers = Workers(lambda client=client: _executor(client), 8, local_bytes=0)
            assert as_json(check_sources(sources, workers=workers, part_size=20_000)) == expected


@contextmanager
def _executor(client):
    yield client.get_executor(pure=False)


class KillingLines(Lines):
    """A part whose reader ends its process."""

    def entries(self):
        os.kill(os.getpid(), signal.SIGKILL)


class Source:
    """A source with one part."""

    name, required, size = "a", True, 0

    def __init__(self, part):
        self.part = part

    def parts(self, *_):
        yield self.part


def test_process_that_ends_early_is_an_error():
    source = Source(KillingLines("a", 1, LINE.encode(), 1.0))
    with pytest.raises(WorkerError, match="ended before its work was done"):
        check_sources([source], workers=process_workers(2, local_bytes=0))


def test_file_of_a_folder_that_is_no_recording_is_listed_as_unreadable(sources):
    unreadable = check_sources(sources).unreadable
    assert "none.jsonl is not a recording; none.jsonl:1: not a request of the form" in "\n".join(unreadable)


def test_json_file_of_a_folder_in_another_form_is_counted_in_a_note(tmp_path):
    (tmp_path / "a.ndjson").write_text(LINE)
    (tmp_path / "body.json").write_text('[\n{"type": "track"}]')
    (tmp_path / "damaged.json").write_text('{"log": {"entries"')
    report = check_recordings([tmp_path])
    assert "1 JSON file of folders skipped: not in the form of a recording" in report.notes
    assert ["damaged" in line for line in report.unreadable] == [True]
    with pytest.raises(RecordingError, match="is not a recording"):
        check_recordings([tmp_path / "body.json"])


def test_named_file_that_is_no_recording_is_an_error(tmp_path):
    (tmp_path / "none.json").write_text('{"name": "package"}')
    with pytest.raises(RecordingError, match="is not a recording"):
        check_recordings([tmp_path / "none.json"])


def test_names_of_unreadable_entries_are_bounded(tmp_path):
    (tmp_path / "a.ndjson").write_text(LINE + "-\n" * (MAX_UNREADABLE + 5))
    report = check_recordings([tmp_path / "a.ndjson"])
    assert (len(report.unreadable), report.further_unreadable) == (MAX_UNREADABLE, 5)
    assert json.loads(as_json(report))["further_unreadable"] == 5


@pytest.mark.parametrize(
    ("options", "contracts"),
    [
        (JudgeOptions(NO_RULES), {"schemas"}),
        (JudgeOptions(schemas=False), {"rules"}),
        (JudgeOptions(RuleSettings(frozenset({"region-mismatch"})), schemas=False), set()),
    ],
)
def test_only_schemas_or_rules_are_used(options, contracts):
    source = find_source_files([FIXTURES / "broken/requests.ndjson"]).files
    report = check_sources(source, options=options)
    assert {"rules" if group.first.contract == "rules" else "schemas" for group in report.findings} == contracts
    assert (report.broken == 0) is not options.schemas


def test_observer_gets_the_counts_of_each_file(sources):
    class Observer(CheckObserver):
        def __init__(self):
            self.judged_requests, self.ends = 0, {}

        def judged(self, _source, _part, requests):
            self.judged_requests += requests

        def ended(self, source, counts):
            self.ends[source.name] = counts

    observer = Observer()
    report = check_sources(sources, observer=observer)
    assert len(observer.ends) == len(sources)
    assert observer.judged_requests == report.requests == sum(end.requests for end in observer.ends.values())
    assert (observer.ends["odd.ndjson"].requests, observer.ends["odd.ndjson"].unreadable) == (4, 1)
