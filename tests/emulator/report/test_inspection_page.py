"""The page of inspections contains everything, and escapes what senders wrote."""

from html import unescape
from html.parser import HTMLParser

import pytest

from pendo_emulator.report.inspection_page import inspections_as_html

HOSTILE = "\"'><script>window.hit=1</script><img src=x onerror=window.hit=1>{{7*7}}</style>\u202e\x07"
ALLOWED = {
    "a", "article", "b", "body", "code", "dd", "details", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4", "head",
    "header", "html", "li", "link", "meta", "nav", "ol", "p", "section", "span", "style", "summary", "table", "tbody",
    "td", "th", "thead", "time", "title", "tr", "ul",
}  # fmt: skip


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.open, self.seen, self.attributes = [], set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attributes}
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def page(support_inspections):
    good, bad, difference = support_inspections
    return inspections_as_html([good, bad], [difference])


def test_page_has_cause_fix_profiles_story_and_differences(page):
    for text in ("The account acme is named", "What to do:", "visitor user-17", "Story", "account.plan", "absent"):
        assert text in page
    assert Tags(page).open == []


def test_page_of_one_recording_has_its_cause_as_title(support_inspections):
    assert "<title>The account acme is named" in inspections_as_html([support_inspections[1]])


def test_page_needs_no_script_and_no_other_host(page):
    assert Tags(page).seen <= ALLOWED
    assert {"src", "onclick", "style", "action"} & Tags(page).attributes == set()
    assert "default-src 'none'; style-src 'sha256-" in unescape(page)


def test_hostile_values_are_text(hostile_inspection):
    inspection = hostile_inspection(HOSTILE)
    page = inspections_as_html([inspection, inspection])
    tags = Tags(page)
    assert (tags.seen <= ALLOWED, tags.open, "onerror" in tags.attributes) == (True, [], False)
    assert ("\u202e" in page, "\x07" in page, "{{7*7}}" in page) == (False, False, True)
