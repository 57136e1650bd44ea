import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pendo_contracts.wire import jzb
from pendo_contracts.wire.jzb import CONTAINER_LIMIT, DECIMAL_LIMIT, DEPTH_LIMIT, DIGIT_LIMIT, LARGE, VALUE_LIMIT

# Written by the real agent.
GOLDENS = {
    "eJwFwIEIAAAAwDDQd3-N1QABFQC5": [],
    "eJwlizsKgDAQBa8irxZBwSatB_AAIiGYrcxnWRdBJHdPxGqKmdle6MMEAxV3nOh_WropqU0ufmoVT9ItOXIgJd8ilswXTJuzugAzTsNcyl4BMUEaxQ": [  # noqa: E501 - bytes of the agent
        {"type": "track", "track_event_name": "Order Completed", "props": {"total": 12.5}}
    ],
    "eJxtyrEJhTAUheFdTm0WyCoiIpjiFpKQXAQNF9zCVwivstIt3CW1IyQWdnaH_3x1BE_OQGMw3KHCSIHY-pb60mZ7HSqte9pOdf9_S_mdty5Axxc-89uKSJMBG_YoQQ": [  # noqa: E501 - bytes of the agent
        {"type": "meta", "visitor_id": "zoë-日本-😀", "props": {"visitor": {"id": "zoë-日本-😀"}}}
    ],
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def packed(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(("text", "value"), GOLDENS.items())
def test_published_jzb_decodes(text, value):
    assert jzb.decode(text) == value


@given(JSON)
def test_encoded_jzb_is_zlib_in_unpadded_base64url(value):
    text = jzb.encode(value)
    assert zlib.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    assert "=" not in text
    assert jzb.decode(text) == value


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("eJwFwIEIAAAAwDDQd3+N1QABFQC5", "alphabet"),
        ("eJwFwIEIAAAAwDDQd3-N1QABFQC5=", "alphabet"),
        ("eJwFw IEIAAAAwDDQd3-N1QABFQC5", "alphabet"),
        ("eJwFwIEIAAAAwDDQd3-N1QABFQC5A", "length"),
        ("eJwFwIEIAAAA", "truncated"),
        ("", "truncated"),
        (packed(b"not zlib at all"), "zlib"),
        (packed(zlib.compress(b"[]") + b"more"), "trailing"),
        (packed(zlib.compress(b"[NaN]")), "json"),
        (packed(zlib.compress(b"[1,]")), "json"),
        (packed(zlib.compress(b'["\xff"]')), "utf8"),
        (packed(zlib.compress(b"[" * 300 + b"]" * 300)), "depth"),
        (packed(zlib.compress(b"[" * 99999)), "depth"),
    ],
)
def test_impossible_jzb_is_an_error_with_a_reason(text, fault):
    with pytest.raises(jzb.JzbError) as refused:
        jzb.decode(text)
    assert refused.value.reason == fault


def test_compression_bomb_is_not_inflated():
    bomb = packed(zlib.compress(b'"' + b"a" * (64 * 1024 * 1024) + b'"'))
    with pytest.raises(jzb.JzbError, match="more than"):
        jzb.decode(bomb)


def test_large_integers_and_lone_surrogates_survive():
    assert jzb.parse(b"12345678901234567890123") == 12345678901234567890123
    assert jzb.parse(b'"\\ud800"') == "\ud800"


def test_last_value_of_a_repeated_key_counts():
    assert jzb.parse(b'{"a":1,"a":2}') == {"a": 2}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"[" * DEPTH_LIMIT + b"]" * DEPTH_LIMIT, None),
        (b"[" * (DEPTH_LIMIT + 1) + b"]" * (DEPTH_LIMIT + 1), "depth"),
        (b'{"a":' * (DEPTH_LIMIT + 1) + b"1" + b"}" * (DEPTH_LIMIT + 1), "depth"),
        (b"[" + b"[]," * (CONTAINER_LIMIT - 2) + b"[]]", None),
        (b"[" + b"[]," * (CONTAINER_LIMIT - 1) + b"[]]", "containers"),
        (b'["' + b"[{" * CONTAINER_LIMIT + b'"]', None),
        (b"[" + b"0," * (VALUE_LIMIT - 1) + b"0]", None),
        (b"[" + b"0," * VALUE_LIMIT + b"0]", "values"),
        (b"[" + b'"",' * VALUE_LIMIT + b"0]", "values"),
        (b"[" + b'{"a":0},' * (VALUE_LIMIT // 2) + b"0]", "values"),
        (b'["' + b",:" * VALUE_LIMIT + b'"]', None),
        (b'["\\"' + b",:" * VALUE_LIMIT + b'"]', None),
        (b"[" + b"1.5," * (DECIMAL_LIMIT - 1) + b"1e3]", None),
        (b"[" + b"1.5," * DECIMAL_LIMIT + b"1e3]", "decimals"),
        (b'["\\ud800",' + b"1.5," * DECIMAL_LIMIT + b"1e3]", "decimals"),
        (b"[" + b" " * LARGE + b"1" * DIGIT_LIMIT + b"]", None),
        (b"[" + b" " * LARGE + b"1" * (DIGIT_LIMIT + 1) + b"]", "digits"),
        (b'["' + b"1" * LARGE + b'"]', None),
        (b"[" + b" " * LARGE + b"1e400]", "json"),
        (b"[" + b" " * LARGE + b"NaN]", "json"),
        (b"[" + b" " * LARGE + b"01]", "json"),
        (b'["' + b" " * LARGE + b'\xff"]', "utf8"),
        (b'["\\"' + b"[" * (DEPTH_LIMIT + 1) + b'"]', None),
        (b"[" * 300 + b"}" * 300, "depth"),
        (b"[" + b"[}" * 300 + b"]", "json"),
        (b'["\\\\",' + b"[" * 300 + b"]" * 300 + b"]", "depth"),
        (b'["[","]",' + b'"[",' * 300 + b'""]', None),
    ],
)
def test_depth_and_numbers_of_values_are_bounded(document, reason):
    if reason is None:
        assert jzb.parse(document)
    else:
        with pytest.raises(jzb.JzbError) as error:
            jzb.parse(document)
        assert error.value.reason == reason
