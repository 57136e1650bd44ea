"""The division of events into requests."""

from random import Random
from string import ascii_letters

from pendo_contracts.wire import jzb
from pendo_destination.agent.delivery.batch import Batch, SizeLimits, pack
from pendo_destination.agent.delivery.captured_event import CapturedEvent
from pendo_destination.agent.delivery.compression import compress


def event(size, text="x"):
    return CapturedEvent(f'{{"text":"{text}"', size=size)


def batch_sizes(*sizes, **limits):
    """Fill batches as a queue does; return the number of events in each."""
    limits, batches = SizeLimits(**limits), [Batch()]
    for size in sizes:
        if not batches[-1].accepts(event(size), limits):
            batches.append(Batch())
        batches[-1].add(event(size))
        if batches[-1].is_full(limits):
            batches.append(Batch())
    return [len(batch.events) for batch in batches if batch.events]


def test_small_events_fill_a_get():
    assert batch_sizes(*[950] * 12) == [10, 2]


def test_first_two_events_are_expected_to_compress_less():
    assert batch_sizes(4750) == [1]
    assert batch_sizes(4000, 3125) == [2]
    assert batch_sizes(4000, 3126) == [1, 1]


def test_large_events_fill_a_post_without_small_ones():
    assert batch_sizes(*[5000] * 67) == [65, 2]
    assert batch_sizes(5000, 5000, 100, 100, 5000) == [2, 3]


def test_oversize_event_is_in_a_separate_batch():
    assert batch_sizes(5000, 400_000, 5000) == [1, 1, 1]


def test_all_events_are_small_with_post_only():
    assert batch_sizes(100, 5000, 100, small=65536) == [3]


def test_reserved_characters_make_batches_smaller():
    assert batch_sizes(*[950] * 10, reserved=1000) == [4, 4, 2]


def test_events_above_the_limit_after_compression_are_halved():
    random = Random(1)
    events = [event(9, "".join(random.choices(ascii_letters, k=30_000))) for _ in range(5)]
    assert [len(part) for part, _ in pack(events)] == [2, 1, 2]
    assert all(len(packed) <= 65536 for _, packed in pack(events))


def test_no_events_make_no_request():
    assert list(pack([])) == []


def test_jzb_has_the_agents_header_and_can_be_decoded():
    packed = compress('["é"]')
    assert packed.startswith("eJ")
    assert jzb.decode(packed) == ["é"]
