"""A state that was exported and imported: it has everything that the store held, in each database."""

from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pendo_contracts.checking.recording_check import check_sources
from pendo_contracts.judge import judge_request
from pendo_contracts.plans.loading import load_plan
from pendo_contracts.recordings.source_files import find_source_files
from pendo_contracts.wire.envelope import Envelope
from pendo_emulator.errors import StoreError
from pendo_emulator.exchange import reject
from pendo_emulator.faults.fault import read_fault
from pendo_emulator.recorder.recorder import Recorder
from pendo_emulator.state.export import export_state
from pendo_emulator.state.folder import REQUESTS, STORE, StateError, prepare
from pendo_emulator.state.importing import import_state
from pendo_emulator.storage.query import Query
from pendo_emulator.storage.store import Store
from pendo_emulator.subscription import read_subscription
from tests.emulator.recorder.sample_requests import LOAD, TRACK, beacon, record

PLANS = Path(__file__).parents[3] / "fixtures/plans"


@contextmanager
def opened(address):
    with closing(Recorder(Store(address))) as recorder:
        yield recorder


def fill(recorder):
    """Record good, broken, rejected, keyless and failed requests, and set everything that a key can have."""
    recorder.settings.add_faults("k", [read_fault({"endpoint": "guide.gif", "status": 503, "times": 2})])
    recorder.settings.subscribe("k", read_subscription({"region": "io", "segment_track": True}))
    recorder.source_reports.add("k", [{"event": "é", "outcome": "sent"}])
    binary = Envelope("POST", "https://data.pendo.io/data/rec/k", {"host": "data.pendo.io"}, b"\xff\x00", 8)
    record(
        recorder,
        beacon(LOAD, TRACK),
        beacon(LOAD | {"visitor_id": 5}, api_key="other"),
        beacon(endpoint="guide.gif"),
        judge_request(binary),
        judge_request(Envelope("POST", "https://data.pendo.io/data/errorlog", {}, b"{}", 9)),
        reject(beacon(LOAD), "memory"),
        judge_request(Envelope("GET", "https://data.pendo.io/data/unknown", {}, b"", 10)),
    )
    assert recorder.profiles.visitor("k", "v1", 30).id == "v1"


def content(recorder):
    """Return everything that the tests compare."""
    settings = recorder.settings.get("k")
    return (
        list(recorder.read_all(Query())),
        sorted(map(repr, recorder.counts())),
        (settings.faults.documents, settings.subscription),
        recorder.source_reports.newest("k", 9),
        [(one.id, one.last_seen) for one in recorder.profiles.visitors("k")[0]],
    )


def test_everything_is_equal_after_an_import(tmp_path, store_address):
    with opened(tmp_path / "first.sqlite3") as first:
        fill(first)
        held = content(first)
        assert export_state(first.store, tmp_path / "a") == len(held[0])
    with opened(store_address) as second:
        assert import_state(tmp_path / "a", second.store) == f"Imported 7 requests from {tmp_path / 'a'}."
        assert content(second) == held
        assert export_state(second.store, tmp_path / "b") == len(held[0])
    with opened(tmp_path / "third.sqlite3") as third:
        import_state(tmp_path / "b", third.store)
        assert content(third) == held
        (following,) = record(third, beacon(LOAD))
        assert following.id == held[0][-1].id + 1
    assert (tmp_path / "a" / REQUESTS).read_bytes() == (tmp_path / "b" / REQUESTS).read_bytes()


def test_plan_is_part_of_the_state(tmp_path):
    plan = load_plan(next(PLANS.glob("*.json")))
    with opened(tmp_path / "a.sqlite3") as first:
        first.plan.set(plan)
        export_state(first.store, tmp_path / "s")
    with opened(tmp_path / "b.sqlite3") as second:
        import_state(tmp_path / "s", second.store)
        assert second.plan.get().as_document() == plan.as_document()


def test_state_folder_has_two_files(tmp_path):
    prepare(tmp_path / "deep" / "state")
    with opened(tmp_path / "x.sqlite3") as recorder:
        record(recorder, beacon(LOAD))
        for _ in range(2):
            export_state(recorder.store, tmp_path / "deep" / "state")
    assert sorted(file.name for file in (tmp_path / "deep" / "state").iterdir()) == [REQUESTS, STORE]


@pytest.mark.parametrize("change", ["request", "fault"])
def test_state_is_imported_only_into_an_empty_store(tmp_path, change):
    with opened(tmp_path / "x.sqlite3") as recorder:
        export_state(recorder.store, tmp_path / "state")
        if change == "request":
            record(recorder, beacon(LOAD))
        else:
            recorder.settings.add_faults("k", [read_fault({"status": 503})])
        before = content(recorder)
        with pytest.raises(StateError, match="is not empty: a state is imported only into an empty store"):
            import_state(tmp_path / "state", recorder.store)
        assert content(recorder) == before


def test_recording_is_imported_with_its_own_keys(tmp_path):
    with opened(tmp_path / "x.sqlite3") as recorder:
        record(recorder, beacon(LOAD), beacon(LOAD, api_key="other"))
        export_state(recorder.store, tmp_path / "state")
    (tmp_path / "state" / STORE).unlink()
    for number, path in enumerate(("state", f"state/{REQUESTS}")):
        with opened(tmp_path / f"{number}.sqlite3") as recorder:
            import_state(tmp_path / path, recorder.store)
            assert recorder.keys() == {"k": 1, "other": 1}
            with pytest.raises(StateError, match="is not empty"):
                import_state(tmp_path / path, recorder.store)


def test_fault_and_status_of_a_recording_are_imported(tmp_path):
    with opened(tmp_path / "x.sqlite3") as recorder:
        recorder.settings.add_faults("k", [read_fault({"reset": True, "times": 1})])
        record(recorder, beacon(LOAD))
        export_state(recorder.store, tmp_path / "state")
    with opened(tmp_path / "y.sqlite3") as recorder:
        import_state(tmp_path / "state" / REQUESTS, recorder.store)
        (exchange,) = recorder.read(Query())
        assert (exchange.status, exchange.fault, exchange.accepted) == (0, "reset", False)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none", None, "none does not exist: give a folder that --export-on-exit wrote"),
        ("folder/x", b"", "folder is not a state folder: it has neither store.sqlite3 nor requests.ndjson"),
        ("text", b"hello", "nothing can be imported: .*text is not a recording"),
        ("store", b"SQLite format 3\0 and junk", "the state cannot be imported: .*store.* file is not a database"),
    ],
)
def test_path_without_a_state_is_explained(tmp_path, name, content, message):
    file = tmp_path / name
    if content is not None:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    with opened(tmp_path / "x.sqlite3") as recorder, pytest.raises((StateError, StoreError), match=message):
        import_state(tmp_path / name.partition("/")[0], recorder.store)


def test_database_of_another_program_is_refused(tmp_path, new_sqlite_file):
    with opened(tmp_path / "x.sqlite3") as recorder:
        with pytest.raises(StateError, match="is not a store of this emulator"):
            import_state(new_sqlite_file, recorder.store)
        assert recorder.count(Query()) == 0


def test_folder_with_other_files_is_not_used_for_a_state(tmp_path):
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(StateError, match="is a folder with other files: choose a new or an empty folder"):
        prepare(tmp_path)
    with pytest.raises(StateError, match=r"cannot be written to .*letter\.txt: .*; choose another folder"):
        prepare(tmp_path / "letter.txt")


def test_failed_export_leaves_the_old_state(tmp_path):
    with opened(tmp_path / "x.sqlite3") as recorder:
        record(recorder, beacon(LOAD))
        export_state(recorder.store, tmp_path / "state")
        old = {file.name: file.read_bytes() for file in (tmp_path / "state").iterdir()}
        record(recorder, beacon(LOAD))
        store = recorder.store
    (tmp_path / "x.sqlite3").unlink()
    with pytest.raises(StoreError, match="no such table"):
        export_state(store, tmp_path / "state")
    assert {file.name: file.read_bytes() for file in (tmp_path / "state").iterdir()} == old


def test_exported_requests_have_the_same_findings_as_the_store(tmp_path):
    with opened(tmp_path / "x.sqlite3") as recorder:
        recorder.settings.add_faults("k", [read_fault({"status": 503, "times": 2})])
        record(recorder, *[beacon(LOAD)] * 3)
        export_state(recorder.store, tmp_path / "state")
    reports = [check_sources(find_source_files([str(tmp_path / "state" / name)]).files) for name in (STORE, REQUESTS)]
    assert reports[0].faults == reports[1].faults == {"status=503": 2}
    found = [[(group.rule, group.count) for group in report.findings] for report in reports]
    assert found[0] == found[1]
