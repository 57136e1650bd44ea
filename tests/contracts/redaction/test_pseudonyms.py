"""Pseudonyms keep equality, case, length, bytes and the class of each character, and the forms of values."""

import base64
import unicodedata
import uuid
import zlib
from datetime import date, datetime
from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pendo_contracts.redaction.payloads import redact_inflated, redact_packed
from pendo_contracts.redaction.text_redactor import TextRedactor
from pendo_contracts.wire import jzb

KEY = b"a key of thirty-two bytes length"
TEXTS = st.text(min_size=5, max_size=60)
LETTERS = st.text("abcdefghijklmnopqrstuvwxyzäöéßжщдλωאבج日本語", min_size=1, max_size=30)
WHITE = st.text(" \t\n\u00a0\u3000", max_size=3)


MAILS = st.from_regex(r"[a-z0-9]{1,9}([._+-][a-z0-9]{1,9}){0,2}@[a-z0-9]{2,9}(\.[a-z]{2,7}){1,2}", fullmatch=True)
SHARED = TextRedactor(KEY)


def redactor():
    return TextRedactor(KEY)


def size(text):
    return len(text.encode("utf-8", "surrogatepass"))


def shape(character):
    kind = unicodedata.category(character)
    return "L" if kind[0] == "L" and size(character) > 1 and kind not in {"Lu", "Ll"} else kind


@settings(max_examples=40)
@given(TEXTS)
def test_length_bytes_and_other_characters_stay(text):
    shown = SHARED.text(text)
    assert len(shown) == len(text)
    assert size(shown) == size(text)
    assert [c for c in shown if not c.isalnum()] == [c for c in text if not c.isalnum()]


@settings(max_examples=40)
@given(st.text("abcXYZ0123-_@. äÖжЩ日", min_size=5, max_size=40))
def test_each_character_keeps_its_class(text):
    assert [shape(c) for c in SHARED.text(text)] == [shape(c) for c in text]


@settings(max_examples=40)
@given(TEXTS, TEXTS)
def test_different_values_have_different_pseudonyms(one, two):
    texts = SHARED
    assert (texts.value(one) == texts.value(two)) == (one == two)


def test_all_short_words_have_different_pseudonyms():
    texts = redactor()
    words = [f"{first}{second}" for first in "abcdefghijklmnopqrstuvwxyz" for second in "0123456789"]
    assert len({texts.value(word, is_id=True) for word in words} | set()) == len(words)
    assert not any(texts.value(word, is_id=True) == word for word in words)


@settings(max_examples=40)
@given(LETTERS)
def test_values_that_differ_in_case_have_pseudonyms_that_differ_in_case(word):
    texts = SHARED
    if word.upper().lower() == word and len(word.upper()) == len(word):
        assert texts.text(word.upper()).lower() == texts.text(word).lower()
        assert texts.text(word.upper()) == texts.text(word).upper()


@settings(max_examples=40)
@given(WHITE, LETTERS, WHITE)
def test_white_space_at_the_ends_stays(before, word, after):
    texts = SHARED
    assert texts.text(before + word + after) == before + texts.text(word) + after


@settings(max_examples=40)
@given(st.uuids())
def test_uuid_stays_a_uuid_of_its_version(value):
    shown = uuid.UUID(SHARED.value(str(value)))
    assert shown != value
    assert (shown.version, shown.variant) == (value.version, value.variant)


@settings(max_examples=40)
@given(st.dates(date(1000, 1, 1)), st.times())
def test_date_stays_a_date(day, clock):
    texts = SHARED
    assert date.fromisoformat(texts.value(day.isoformat())) != day
    moment = datetime.combine(day, clock.replace(microsecond=0)).isoformat()
    assert datetime.fromisoformat(texts.value(f"{moment}.123Z"))


@settings(max_examples=40)
@given(MAILS)
def test_address_of_mail_keeps_its_form_and_its_domain_is_consistent(mail):
    texts = SHARED
    name, _, host = mail.rpartition("@")
    assert texts.value(mail) == f"{texts.text(name)}@{texts.text(host)}" != mail


def test_words_are_consistent_in_addresses_and_escapes():
    texts = redactor()
    name, host = texts.text("Zoë"), texts.text("acme.example")
    shown = texts.text("https://Zo%C3%AB@shop.acme.example:8443/a/Zo%c3%ab?q=%2568i&u=Zo%25C3%25AB")
    parts = urlsplit(shown)
    assert unquote(parts.username) == name
    assert parts.hostname.endswith(host)
    assert parts.port == 8443
    assert parts.path.endswith(quote(name).replace("%C3", "%c3").lower()[-6:]) or unquote(parts.path).endswith(name)
    assert unquote(unquote(parts.query)).endswith(name)


def test_pairs_of_cnames_share_their_domain():
    texts = redactor()
    one, two = texts.host("content.pendo.acme.example"), texts.host("data.pendo.acme.example")
    assert one.partition(".")[2] == two.partition(".")[2] != "pendo.acme.example"


@pytest.mark.parametrize(
    "value",
    [
        "undefined",
        " NULL ",
        "[object Object]",
        "VISITOR-UNIQUE-ID",
        "account-unique-id",
        "_PENDO_T_undefined",
        "pro",
        "",
    ],
)
def test_values_that_rules_are_about_and_short_values_stay(value):
    texts = redactor()
    assert texts.value(value) == value
    assert not value or value in texts.kept


@pytest.mark.parametrize(
    "names", [("planId", "planid"), ("planid", "planId"), ("visitorid", "visitorId"), ("qx", "QX")]
)
def test_names_that_differ_only_in_case_still_do(names):
    texts = redactor()
    one, two = map(texts.name, names)
    assert one != two
    assert one.lower() == two.lower()


def test_short_id_is_replaced_wherever_it_is_a_value():
    texts = redactor()
    texts.add_id("Ada")
    assert texts.value("ada") != "ada"
    assert texts.value("bob") == "bob"


@pytest.mark.parametrize(
    "host", ["data.pendo.io", "us1.cdn.pendo.io:443", "cdn.pendo.eu", "cdn.us1.pendo.io", "localhost:8080", "[::1]"]
)
def test_hosts_of_pendo_lookalikes_and_this_machine_stay(host):
    assert redactor().host(host) == host


def test_name_of_a_customer_in_a_host_of_pendo_is_replaced():
    shown = redactor().host("brixwell-data.customer.pendo.io")
    assert shown.endswith(".customer.pendo.io")
    assert "brixwell" not in shown


GOOD = jzb.encode([{"visitor_id": "ada"}])
BROKEN = {
    "alphabet": f"{GOOD}+",
    "truncated": GOOD[:-6],
    "trailing": f"{GOOD}AAAA",
    "length": "A" * 13,
    "zlib": base64.urlsafe_b64encode(b"ada@acme.example").decode().rstrip("="),
    "json": jzb.pack("[NaN]"),
    "depth": jzb.pack("[" * 300 + "]" * 300),
    "digits": jzb.pack(" " * 20_000 + "9" * 500),
    "containers": jzb.pack("[" + "[]," * 100_001 + "[]]"),
    "ratio": jzb.pack(" " * 2_000_000),
}


@pytest.mark.parametrize("reason", BROKEN)
def test_broken_payload_stays_broken_for_the_same_reason(reason):
    with pytest.raises(jzb.JzbError) as before:
        jzb.decode(BROKEN[reason])
    with pytest.raises(jzb.JzbError) as after:
        jzb.decode(redact_packed(BROKEN[reason], redactor()))
    assert before.value.reason == after.value.reason == reason


def test_broken_stream_of_a_replay_stays_broken():
    for raw in (b"ada@acme.example", zlib.compress(b"[]")[:-2], zlib.compress(b"[]") + b"x"):
        with pytest.raises(jzb.JzbError) as before:
            jzb.inflate(raw)
        with pytest.raises(jzb.JzbError) as after:
            jzb.inflate(redact_inflated(raw, redactor()))
        assert before.value.reason == after.value.reason
