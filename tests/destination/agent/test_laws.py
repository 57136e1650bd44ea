"""Properties that hold for any calls and any responses."""

from itertools import cycle

from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_destination.javascript.json import stringify
from pendo_destination.javascript.utf16 import utf16_length

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PROPS = st.dictionaries(st.text(max_size=8), VALUES | st.text(min_size=500, max_size=3000), max_size=3)
IDS = st.sampled_from(["v1", "v2", "_PENDO_T_x", "", None, 7])
CALLS = st.one_of(
    st.tuples(st.just("track"), st.text(min_size=1, max_size=9), PROPS),
    st.tuples(st.just("identify"), IDS, IDS),
    st.tuples(st.just("update_options"), st.fixed_dictionaries({"visitor": PROPS})),
    st.tuples(st.just("track_agent"), st.just("prompt"), PROPS),
    st.tuples(st.just("flush_now")),
    st.tuples(st.just("clear_session")),
)
CALL_SEQUENCES = st.lists(st.tuples(CALLS, st.sampled_from([0, 0.5, 3, 200])), max_size=12)
ANSWERS = st.lists(st.booleans(), min_size=1, max_size=9)
OPTIONS = st.sampled_from([{}, {"sendEventsWithPostOnly": True}, {"trainingPartner": True}])


def run_calls(simulation, calls, answers, hosted):
    """Make calls while some requests fail, then make all requests succeed; return the delivered requests."""
    delivered, good = [], cycle([*answers, True])

    def answer(envelope):
        if succeeds := next(good):
            delivered.append(envelope)
        return succeeds

    simulation.answer = answer
    agent = simulation.start_agent(**hosted)
    for (method, *arguments), seconds in calls:
        getattr(agent, method)(*arguments)
        simulation.pass_time(agent, seconds)
    good = cycle([True])
    agent.flush_now()
    simulation.pass_time(agent, 300)
    return [envelope for envelope in delivered if ".gif/" in envelope.url and "/guide.gif/" not in envelope.url]


@settings(deadline=None)
@given(CALL_SEQUENCES, ANSWERS, OPTIONS)
def test_every_event_arrives_once_and_in_order(new_simulation, payload, calls, answers, hosted):
    streams = {}
    for envelope in run_calls(new_simulation(), calls, answers, hosted):
        stream = (envelope.url.split("/")[4], "type=track" in envelope.url)
        streams.setdefault(stream, []).extend(event["sequence"] for event in payload(envelope))
    assert all(numbers == sorted(numbers) for numbers in streams.values())
    numbers = sorted(number for stream in streams.values() for number in stream)
    assert numbers == list(range(len(numbers)))


@settings(deadline=None)
@given(CALL_SEQUENCES, ANSWERS, OPTIONS)
def test_requests_keep_size_limits_and_events_state_their_size(new_simulation, query, calls, answers, hosted):
    simulation = new_simulation()
    run_calls(simulation, calls, answers, hosted)
    for envelope in simulation.sent:
        assert len(query(envelope).get("jzb", "")) <= (1900 if ".gif/" in envelope.url else 2000)
        assert len(envelope.body) <= 65536 + len('{"events":""}')
    for event in simulation.events() + simulation.events(endpoint="agentic.gif"):
        size = event.pop("bytes")
        assert utf16_length(stringify(event)) == size
