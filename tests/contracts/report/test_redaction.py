"""Redaction: no value of a sender remains in any format, and equal values have equal pseudonyms."""

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pendo_contracts.checking.check import check_requests
from pendo_contracts.commands.report_formats import FORMATS, render
from pendo_contracts.contract import load_contract, names
from pendo_contracts.redaction.text_redactor import TextRedactor
from pendo_contracts.report import conclude
from pendo_contracts.report.public_words import public_names, public_words
from pendo_contracts.report.redaction import Redactor
from tests.contracts.report.formats.sample_reports import broken_report, hostile_report
from tests.contracts.rules.session_builder import beacon, event, judged, meta, track, webhook

WORDS = st.text("abcdefghijklmnopqrstuvwxyzäé", min_size=5, max_size=12)
# Reports quote the contracts: a number that is part of a limit in a contract is not only the sender's.
CONTRACTS = "".join(load_contract(name).text for name in names())
NUMBERS = st.integers(12_345_678, 10**12).filter(
    lambda number: "000" not in str(number) and str(number) not in CONTRACTS
)
IDS = st.one_of(
    st.uuids(version=4).map(str),
    st.text("ABCDEFabcdef0123456789", min_size=8, max_size=40).filter(lambda text: "000" not in text),
    NUMBERS.map(str),
)
MAILS = st.builds("{}.{}+x@{}.example".format, WORDS, WORDS, WORDS)
NAMES = st.builds("{} {}".format, WORDS.map(str.title), WORDS.map(str.title))
KEYS = st.uuids(version=4).map(str)


def is_private(value):
    return value not in public_names() and not all(word.lower() in public_words() for word in value.split())


def everywhere(visitor, account, mail, name, key, number):
    """Build requests that have each value at many places, and break constraints and rules with them."""
    page = f"https://shop.example/{visitor}?mail={mail}"
    about = {"email": mail, "full_name": name, mail: name, name: visitor, "number": number, "list": [mail, number]}
    broken = {"visitor_id": number, "account_id": [mail], "type": name, "zz": {mail: name}, mail: mail}
    return [
        beacon(event(visitor_id=visitor, account_id=account, url=page) | {"browser_time": mail}, key=key, ct=1),
        beacon(event(visitor_id=visitor.upper(), account_id=f" {account}", url=page), key=key),
        beacon(event(visitor_id=visitor, url=page) | broken, event(visitor_id=f"{mail} ", url=page), key=key, ct=1),
        beacon(track(name, about, visitor_id=visitor, url=page), key=key, post=True),
        beacon(track(name, about | {"x": "y" * 600}, visitor_id=mail, url=page), key=key, host="data.eu.pendo.io"),
        beacon(meta(about | {"id": visitor}, {"id": account, name: {mail: name}}, visitor_id=visitor), key=key),
        beacon(
            meta(about | {"id": visitor, name.upper(): 1}, {"id": account}, visitor_id=visitor), key=key, status=503
        ),
        webhook(userId=visitor, event=name, properties=about, anonymousId=mail),
        beacon(event(visitor_id=visitor), key=key) | {"url": f"https://data.pendo.io/data/{key}/{mail}?u={visitor}"},
    ]


# Without shrinking: each example needs half a second.
@settings(
    max_examples=25, deadline=None, phases=(Phase.reuse, Phase.generate), suppress_health_check=[HealthCheck.too_slow]
)
@given(IDS.filter(is_private), IDS, MAILS, NAMES.filter(is_private), KEYS, NUMBERS)
def test_no_value_of_a_sender_remains_in_any_format(visitor, account, mail, name, key, number):
    report = check_requests(judged(everywhere(visitor, account, mail, name, key, number)))
    assert len(report.findings) > 10
    redacted = Redactor(b"k").redact(report)
    values = [value.lower() for value in (visitor, account, mail, name, key, str(number))]
    for format_name in FORMATS:
        document = render(format_name, redacted, conclude(report)).replace("\\", "").lower()
        assert [(format_name, value) for value in values if value in document] == []


def test_equal_values_have_equal_pseudonyms_in_all_reports_of_a_run():
    redactor = Redactor()
    first, second = redactor.redact(broken_report()), redactor.redact(broken_report())
    assert first == second
    pairs = {
        (before.visitor_id, after.visitor_id)
        for group, redacted in zip(broken_report().findings, first.findings, strict=True)
        for before, after in zip(group.findings, redacted.findings, strict=True)
    }
    assert len({before for before, _ in pairs}) == len({after for _, after in pairs}) == len(pairs)


def test_pseudonyms_of_another_run_differ_unless_the_key_is_given():
    assert Redactor().pseudonym("ada-lovelace") != Redactor().pseudonym("ada-lovelace")
    assert Redactor(b"k").pseudonym("ada-lovelace") == Redactor(b"k").pseudonym("ada-lovelace")


def test_pseudonyms_of_reports_are_those_of_capsules():
    value = "Ada.Lovelace@acme.example"
    assert Redactor(b"k").pseudonym(value) == TextRedactor(b"k").value(value)


def test_host_of_a_customer_is_replaced_and_hosts_of_pendo_stay():
    report = check_requests(
        judged([beacon(event(), host="data.brixwell.example"), beacon(event(), host="cdn.pendo.eu")])
    )
    places = {row.place for row in Redactor().redact(report).rows}
    assert "cdn.pendo.eu" in places
    assert not any("brixwell" in place for place in places)


def test_id_in_a_message_has_the_pseudonym_of_the_visitor():
    report = check_requests(judged([beacon(event(visitor_id="ada-lovelace ", frameId=1), ct=1)]))
    (finding,) = (group.first for group in Redactor().redact(report).findings if group.rule == "id-whitespace")
    assert finding.visitor_id in finding.message


def test_messages_and_fixes_stay_readable():
    redacted = Redactor().redact(broken_report())
    for before, after in zip(broken_report().findings, redacted.findings, strict=True):
        assert (after.rule, after.count, after.severity) == (before.rule, before.count, before.severity)
        assert after.first.fix == before.first.fix
        words = zip(before.first.message.split(), after.first.message.split(), strict=True)
        assert sum(word != other for word, other in words) <= 8


def test_redaction_keeps_counts_places_and_fingerprints():
    redacted = Redactor().redact(broken_report())
    assert [group.fingerprint for group in redacted.findings] == [one.fingerprint for one in broken_report().findings]
    assert [group.first.where for group in redacted.findings] == [one.first.where for one in broken_report().findings]
    assert conclude(redacted) == conclude(broken_report())
    assert json.loads(render("json", redacted, conclude(redacted)))["rows"][0]["place"] == "io"


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_reports_can_be_redacted(name):
    assert render(name, Redactor().redact(hostile_report()), conclude(hostile_report()))
