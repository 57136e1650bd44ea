"""The pages of the rules: for people without a program, escaped, and never recorded as traffic."""

from html.parser import HTMLParser

import pytest
import requests

from pendo_contracts.rules.catalogue import RULES
from pendo_emulator.server import Emulator
from pendo_emulator.storage.query import Query

NAMES = [rule.description.name for rule in RULES]


class Page(HTMLParser):
    """The text and the links of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        assert tag not in {"script", "style", "iframe", "img"}
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def emulator():
    with Emulator(cnames=["content.product.example"]) as emulator:
        yield emulator


def get(emulator, path, host="localhost", **options):
    return requests.get(emulator.url + path, headers={"host": host}, timeout=30, **options)


def test_setup_page_leads_to_the_list_and_the_list_to_every_rule(emulator):
    assert 'href="/rules/"' in get(emulator, "/console/setup").text
    answer = get(emulator, "/rules/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert [f"/rules/{name}" for name in NAMES] == [
        link for link in Page(answer.text).links if link.startswith("/rules/")
    ]


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_page_has_all_texts_and_thresholds_of_its_rule(emulator, rule):
    about = rule.description
    answer = get(emulator, f"/rules/{about.name}")
    page = Page(answer.text)
    assert answer.status_code == 200
    for text in (about.name, about.severity, about.summary[1:], about.symptom[1:], about.reason[1:], about.fix[1:]):
        assert text in page.text
    assert all(f"{name}{value}" in page.text.replace("\n", "") for name, value in about.thresholds.items())


def test_pages_are_not_recorded(emulator):
    before = emulator.recorder.count(Query())
    for path in ("/rules", "/rules/", "/rules/id-twins", "/rules/nothing", "/_emulator/rules"):
        get(emulator, path)
    assert emulator.recorder.count(Query()) == before


def test_path_of_another_host_belongs_to_that_host(emulator):
    for host in ("data.pendo.io", "content.product.example"):
        before = emulator.recorder.count(Query())
        get(emulator, "/rules/", host)
        assert emulator.recorder.count(Query()) == before + 1
    before = emulator.recorder.count(Query())
    requests.post(f"{emulator.url}/rules/", timeout=30)
    assert emulator.recorder.count(Query()) == before + 1


def test_unknown_rule_is_answered_404_with_the_nearest_name(emulator):
    answer = get(emulator, "/rules/id-twin")
    assert answer.status_code == 404
    assert "did you mean id-twins?" in answer.json()["title"]
    assert get(emulator, "/rules/%3Cscript%3E").headers["content-type"] == "application/problem+json"


def test_path_without_a_slash_is_redirected(emulator):
    answer = get(emulator, "/rules?x=1", allow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "/rules/")


def test_list_for_programs_has_every_rule(emulator):
    listed = get(emulator, "/_emulator/rules").json()
    assert [rule["name"] for rule in listed] == NAMES
    assert set(listed[0]) == {
        "name",
        "severity",
        "section",
        "summary",
        "symptom",
        "reason",
        "fix",
        "source",
        "thresholds",
    }
