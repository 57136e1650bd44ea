import json

from hypothesis import given
from hypothesis import strategies as st

from pendo_contracts.recordings.ndjson_reader import read_lines, read_request

URLS = st.sampled_from(
    ["https://data.pendo.io/data/ptm.gif/key", "https://[bad/", "", "https://kött.example/", 7, None]
)
TEXTS = st.one_of(st.text(max_size=5), st.none(), st.integers(), st.just("\ud800"))
NUMBERS = st.one_of(
    st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none(), st.just(200.0), TEXTS
)
MEMBERS = {
    "method": st.one_of(st.just("POST"), TEXTS),
    "url": URLS,
    "headers": st.one_of(st.dictionaries(st.text(max_size=4), TEXTS, max_size=3), st.none(), st.just([])),
    "body": TEXTS,
    "received_at": NUMBERS,
}
OPTIONAL = {"body_base64": st.one_of(st.just("e30="), TEXTS), "status": NUMBERS, "fault": TEXTS, "other": NUMBERS}


@given(st.fixed_dictionaries(MEMBERS, optional=OPTIONAL))
def test_line_gives_the_same_entry_as_its_value(value):
    line = json.dumps(value).encode()
    assert list(read_lines(line, "file", 1)) == [read_request(json.loads(line), "file:1")]
