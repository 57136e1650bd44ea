"""The query language: printed queries are read back, errors name their place, a query selects like a plain filter."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_emulator.events.query_language.query import EventQuery, FieldTerm, Pattern, TextTerm, parse_query
from pendo_emulator.events.query_language.query_errors import QueryError
from pendo_emulator.events.query_language.query_fields import FIELDS, NUMBER_FIELDS, TIME_FIELDS
from pendo_emulator.events.query_language.query_filter import EventFilter, searchable
from pendo_emulator.events.query_language.query_times import read_time
from pendo_emulator.events.timeline_event import TimelineEvent

NOW = 1_796_000_000_000
FREE_FIELDS = sorted(set(FIELDS) - TIME_FIELDS - NUMBER_FIELDS - {"is", "region"})
TEXTS = st.text(st.sampled_from('ab,*"\\ :-\nß') | st.characters(), max_size=5)


def patterns_of(parts):
    """Return a pattern without neighbouring wildcards."""
    middle = tuple(part for part in parts[1:-1] if part)
    return Pattern((parts[0], *middle, parts[-1]) if len(parts) > 1 else (parts[0],))


def field_terms():
    free = st.builds(patterns_of, st.lists(TEXTS, min_size=1, max_size=4))
    fixed = st.sampled_from([(name, value) for name in ("is", "region") for value in FIELDS[name].values])
    return st.one_of(
        st.tuples(st.sampled_from(FREE_FIELDS), st.lists(free, min_size=1, max_size=3, unique=True)),
        fixed.map(lambda one: (one[0], [Pattern((one[1],))])),
        st.integers(0, 999).map(lambda number: ("status", [Pattern((str(number),))])),
        st.sampled_from(["5m", "7d", "2026-01-31T12:00"]).map(lambda text: ("since", [Pattern((text,))])),
    ).flatmap(lambda one: st.builds(FieldTerm, st.just(one[0]), st.just(tuple(one[1])), st.booleans()))


TERMS = st.one_of(field_terms(), st.builds(TextTerm, TEXTS.filter(bool), st.booleans()))
QUERIES = st.builds(EventQuery, st.lists(TERMS, max_size=5).map(tuple))
WORDS = st.sampled_from(["a", "ab", "b", "Sign Up", "u1", ""])
EVENTS = st.builds(
    TimelineEvent, request=st.integers(1, 9), index=st.integers(0, 3) | st.none(), time=st.integers(NOW - 10**6, NOW),
    type=WORDS, name=WORDS | st.none(), visitor=WORDS | st.none(), account=WORDS | st.none(), key=WORDS,
    region=st.sampled_from(["eu", "io", "cname"]), host=WORDS, endpoint=WORDS,
    verdict=st.sampled_from(["kept", "broken", "not-judged"]), good=st.booleans(), status=st.sampled_from([200, 503]),
    fault=st.sampled_from(["", "status"]), rejection=st.sampled_from(["", "keys"]),
)  # fmt: skip


@settings(max_examples=60)
@given(QUERIES)
def test_printed_query_is_read_back(query):
    assert parse_query(str(query)) == query


def read_or_error(text):
    try:
        return parse_query(text)
    except QueryError as error:
        return error


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_is_read_or_rejected_with_a_column(text):
    query = read_or_error(text)
    if isinstance(query, QueryError):
        assert 1 <= query.column <= len(text) + 1
    else:
        assert parse_query(str(query)) == query


def glob(text, parts):
    """Match a text with wildcards in the plainest way: try every place."""
    if len(parts) == 1:
        return text == parts[0]
    if not text.startswith(parts[0]):
        return False
    rest = text[len(parts[0]) :]
    return any(glob(rest[place:], parts[1:]) for place in range(len(rest) + 1))


def has(event, field, pattern):
    """Return whether an event has a value, by the description of each field."""
    text = "*".join(pattern.parts)
    if field == "since":
        return event.time >= read_time(text, NOW)
    if field == "until":
        return event.time < read_time(text, NOW)
    lost = bool(event.rejection) or (bool(event.fault) and event.status != 200)
    if field == "is":
        states = {event.verdict, "good" if event.good else "bad", "lost" if lost else "accepted"}
        return any(glob(state, pattern.parts) for state in states)
    value = getattr(event, field)
    return value is not None and glob(str(value), pattern.parts)


def selects(query, event, payload):
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).casefold()
    for term in query.terms:
        if isinstance(term, TextTerm):
            found = json.dumps(term.text, ensure_ascii=False)[1:-1].casefold() in text
        else:
            found = any(has(event, term.field, pattern) for pattern in term.patterns)
        if found is term.excluded:
            return False
    return True


SMALL_PATTERNS = st.lists(st.sampled_from(["a", "b", "", "Sign", "Up", "u1"]), min_size=1, max_size=3).map(patterns_of)
SMALL_TERMS = st.one_of(
    st.builds(
        FieldTerm, st.sampled_from(FREE_FIELDS), st.lists(SMALL_PATTERNS, min_size=1, max_size=2).map(tuple),
        st.booleans(),
    ),
    field_terms(),
    st.builds(TextTerm, st.sampled_from(["a", "A", "up", '"', "plan"]), st.booleans()),
)  # fmt: skip
SMALL_QUERIES = st.builds(EventQuery, st.lists(SMALL_TERMS, max_size=3).map(tuple))
PAYLOADS = st.dictionaries(st.sampled_from(["a", "plan", "Up"]), st.sampled_from(["A", 'x"y', 1, None]), max_size=2)


@settings(max_examples=80)
@given(SMALL_QUERIES, EVENTS, PAYLOADS)
def test_filter_equals_a_plain_one(query, event, payload):
    compiled = EventFilter(query, NOW)
    assert (compiled.matches(event) and compiled.matches_payload(searchable(payload))) == selects(query, event, payload)


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("type:track vistor:u1", 12, "'visitor'"),
        ("https://app.example", 1, "quote it"),
        ("is:brokn", 4, "'broken'"),
        ("region:xx", 8, "eu"),
        ("since:yesterday", 7, "5m"),
        ("status:ok", 8, "number"),
        ('name:"Signed', 6, "not closed"),
        ("name:", 6, "needs a value"),
        ("type:a,,b", 8, "needs a value"),
        ("a - b", 4, "-type:load"),
        ("x " * 51, 101, "50 terms"),
        ("x" * 2001, 2001, "2,000"),
    ],
)
def test_errors_name_the_column_and_help(text, column, hint):
    with pytest.raises(QueryError, match=hint) as caught:
        parse_query(text)
    assert caught.value.column == column


def test_wildcards_take_linear_time():
    pattern = Pattern(("a",) * 200)
    event = TimelineEvent(1, 0, 0, "a" * 100_000 + "b", *[None] * 3, *[""] * 4, "kept", True, 200, "", "")  # noqa: FBT003
    assert not EventFilter(EventQuery((FieldTerm("type", (pattern,)),)), NOW).matches(event)
