"""A stream has the same events as the pages; resumed anywhere, in any process, it misses and repeats nothing."""

import json
import threading
from itertools import islice

import pytest

from pendo_emulator.events.cursor import Cursor, read_cursor
from pendo_emulator.events.event_stream import StreamPool
from pendo_emulator.events.query_language.query import parse_query
from pendo_emulator.events.query_language.query_filter import EventFilter
from pendo_emulator.events.timeline import Timeline
from tests.emulator.events.conftest import envelope, record


def event(number):
    return {"type": "track" if number % 2 else "load", "track_event_name": f"E{number}", "visitor_id": f"v{number}"}


def query(text):
    return EventFilter(parse_query(text), 0)


def messages(stream, stop):
    """Yield the ids and events of a stream until `stop` holds for a chunk that is empty."""
    for chunk in stream:
        for message in chunk.decode().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in message.splitlines() if line)
            if "data" in fields:
                yield fields["id"], json.loads(fields["data"])
        if not chunk and stop():
            return


def expand(document):
    """Return the events of a message about a request, as pages list them."""
    first, short = document.pop("first"), document.pop("events")
    request, verdicts = document["request"], ("broken", "kept")
    if not short:
        names = dict.fromkeys(("index", "name", "visitor", "account"))
        verdict = ("broken", "not-judged")[document["good"]]
        return [document | names | {"id": str(request), "type": "request", "verdict": verdict}]
    return [
        document
        | dict(zip(("type", "name", "visitor", "account"), texts, strict=True))
        | {"id": f"{request}.{index}", "index": index, "verdict": verdicts[kept]}
        for index, (*texts, kept) in ((first + place, one) for place, one in enumerate(short) if one)
    ]


def expanded(stream, stop):
    """Yield the events of a stream of requests until `stop` holds for a chunk that is empty."""
    for _, document in messages(stream, stop):
        yield from expand(document)


def ids_in_pages(store, key, text):
    return [one.id for one in Timeline(store, key, query(text)).after(Cursor(0), 10_000, 60.0).events]


@pytest.mark.parametrize("text", ["", "type:track e5"])
def test_stream_equals_pages_while_several_processes_record(recorders, text):
    first, second, reader = recorders(), recorders(), recorders()

    def write(recorder, key):
        for number in range(20):
            record(recorder, envelope("k", event(number), event(number + 1)), envelope(key, event(number)))

    writers = [threading.Thread(target=write, args=args) for args in ((first, "k"), (second, "other"))]
    stream = StreamPool(reader.store, 1).open("k", query(text), Cursor(0))
    for writer in writers:
        writer.start()
    expected = lambda: ids_in_pages(reader.store, "k", text)  # noqa: E731 - asked again
    seen = []
    ended = lambda: not any(one.is_alive() for one in writers) and seen == expected()  # noqa: E731 - asked again
    for position, document in messages(stream, ended):
        seen.append(position)
        assert document["id"] == position
    assert seen == expected()
    stream.close()


@pytest.mark.parametrize("text", ["", "e1"])
def test_resuming_after_each_event_repeats_and_misses_nothing(recorders, text):
    first, second = recorders(), recorders()
    for number in range(8):
        record(first, envelope("k", event(number), event(number + 1)), envelope("other", event(number)))
    expected, position, seen = ids_in_pages(first.store, "k", text), Cursor(0), []
    while len(seen) < len(expected):
        store = (first, second)[len(seen) % 2].store
        stream = StreamPool(store, 1).open("k", query(text), position)
        identity, _ = next(messages(stream, lambda: False))
        seen.append(identity)
        position = read_cursor(identity)
        stream.close()
    assert seen == expected


@pytest.mark.parametrize("visitor", ["v1", "v" * 299, "v" * 5_000, '\u202e\n\r\0"</script>'])
def test_message_has_the_event_as_in_a_page(recorders, visitor):
    recorder = recorders()
    record(recorder, envelope("k", event(0) | {"visitor_id": visitor}))
    (listed,) = Timeline(recorder.store, "k", query("")).after(Cursor(0), 10).events
    stream = StreamPool(recorder.store, 1).open("k", query(""), Cursor(0))
    _, document = next(messages(stream, lambda: False))
    assert document == listed.as_document()
    stream.close()


HOSTILE = ("v1", "v" * 301, "v" * 5_000, '\u202e\n\r\0"</script>', "\\" * 200, '"' * 200, "é" * 299)


@pytest.mark.parametrize("text", ["", "type:track", "e1"])
@pytest.mark.parametrize("after", [0, "1.0", "4.700", None])
def test_messages_of_requests_have_the_events_of_pages(recorders, text, after):
    recorder = recorders()
    pool = StreamPool(recorder.store, 1)
    position = None if after is None else read_cursor(str(after))
    stream = pool.open("k", query(text), position, by_request=True)
    events = [event(number) | {"visitor_id": visitor} for number, visitor in enumerate(HOSTILE)]
    record(
        recorder, envelope("k", *events), envelope("other", event(1)), envelope("k"),
        envelope("k", *(event(number % 20) for number in range(1_100))),
    )  # fmt: skip
    pages = Timeline(recorder.store, "k", query(text)).after(position or Cursor(0), 10_000, 60.0)
    wanted = [one.as_document() for one in pages.events]
    assert list(islice(expanded(stream, lambda: False), len(wanted))) == wanted
    stream.close()


def test_resuming_after_each_message_of_a_request_repeats_and_misses_nothing(recorders):
    recorder = recorders()
    for number in range(4):
        record(recorder, envelope("k", *(event(number + place) for place in range(4))))
    record(recorder, envelope("k", *(event(number % 20) for number in range(1_100))))
    expected, position, seen = ids_in_pages(recorder.store, "k", "type:track"), Cursor(0), []
    while len(seen) < len(expected):
        stream = StreamPool(recorder.store, 1).open("k", query("type:track"), position, by_request=True)
        identity, document = next(messages(stream, lambda: False))
        seen += [one["id"] for one in expand(document)]
        position = read_cursor(identity)
        stream.close()
    assert seen == expected


def test_stream_from_now_on_has_only_new_events(recorders):
    recorder = recorders()
    record(recorder, envelope("k", event(0)))
    stream = StreamPool(recorder.store, 1).open(None, query(""), None)
    next(stream)
    record(recorder, envelope("k", event(1)))
    position, _ = next(messages(stream, lambda: False))
    assert position == "2.0"
    stream.close()


def test_streams_above_the_limit_are_refused_until_one_closes(recorders):
    pool = StreamPool(recorders().store, 2)
    streams = [pool.open("k", query(""), None) for _ in range(2)]
    assert pool.open("k", query(""), None) is None
    streams[0].close()
    streams[0].close()
    assert pool.open_streams == 1
    assert pool.open("k", query(""), None)
    assert pool.open("k", query(""), None) is None
