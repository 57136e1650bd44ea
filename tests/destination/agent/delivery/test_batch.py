"""How events are cut into requests."""

from random import Random
from string import ascii_letters

from pendo_contracts import jzb
from pendo_destination.agent.delivery.batch import Batch, SizeLimits, pack
from pendo_destination.agent.delivery.captured_event import CapturedEvent
from pendo_destination.agent.delivery.compression import compress


def event(size, text="x"):
    return CapturedEvent(f'{{"text":"{text}"', size=size)


def cut(*sizes, **limits):
    """Fill batches as a queue does, and count what is in each."""
    limits, batches = SizeLimits(**limits), [Batch()]
    for size in sizes:
        if not batches[-1].accepts(event(size), limits):
            batches.append(Batch())
        batches[-1].add(event(size))
        if batches[-1].is_full(limits):
            batches.append(Batch())
    return [len(batch.events) for batch in batches if batch.events]


def test_small_events_fill_a_get():
    assert cut(*[950] * 12) == [10, 2]


def test_the_first_two_are_thought_to_compress_less():
    assert cut(4750) == [1]
    assert cut(4000, 3125) == [2]
    assert cut(4000, 3126) == [1, 1]


def test_large_events_fill_a_post_and_small_ones_do_not_join_them():
    assert cut(*[5000] * 67) == [65, 2]
    assert cut(5000, 5000, 100, 100, 5000) == [2, 3]


def test_an_event_that_fits_nothing_travels_alone():
    assert cut(5000, 400_000, 5000) == [1, 1, 1]


def test_by_post_only_all_events_are_small():
    assert cut(100, 5000, 100, small=65536) == [3]


def test_credentials_take_room():
    assert cut(*[950] * 10, reserved=1000) == [4, 4, 2]


def test_what_does_not_compress_enough_is_halved():
    random = Random(1)
    events = [event(9, "".join(random.choices(ascii_letters, k=30_000))) for _ in range(5)]
    assert [len(part) for part, _ in pack(events)] == [2, 1, 2]
    assert all(len(packed) <= 65536 for _, packed in pack(events))


def test_nothing_packs_to_nothing():
    assert list(pack([])) == []


def test_a_jzb_begins_as_the_agents_do_and_can_be_read():
    packed = compress('["é"]')
    assert packed.startswith("eJ")
    assert jzb.decode(packed) == ["é"]
