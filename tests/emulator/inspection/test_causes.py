"""Each cause is proved by its evidence alone: a recording without the evidence is healthy."""

import json

import pytest

from pendo_emulator.inspection.causes.cause_texts import CAUSE_TEXTS
from tests.emulator.inspection.har_kit import SNIPPET, Session, inspect, slugs

POLICY = "default-src 'self'; script-src 'self' https://cdn.pendo.io; img-src {}; connect-src {}"
ALLOWED = POLICY.format("https://data.pendo.io", "https://*.pendo.io")
LISTED = {"connect-src": POLICY.format("'self'", "'self'"), "meta": ""}
RESET = "net::ERR_CONNECTION_RESET"


def usual(**settings):
    return Session(**settings).open().script().usual()


def failing(**answer):
    return Session().open().script().usual(**answer)


def with_(session, **members):
    for name, value in members.items():
        setattr(session, name, value)
    return session.open().script().usual()


def anonymous_group(*, later_fields):
    session = Session().open().script()
    session.visitor, session.visitor_fields = "_PENDO_T_abcdefghijk", {}
    session.usual()
    session.visitor, session.visitor_fields, session.account_fields = "u-1", {"role": "x"}, later_fields
    return session.meta()


def switched(*, between):
    session = usual()
    if between:
        session.visitor = "_PENDO_T_abcdefghijk"
        session.track("While Anonymous")
    session.visitor = "u-2"
    return session.usual()


def both_ways(*, webhook):
    session = usual().wait(1_000)
    session.track("Order Placed", total=5)
    if webhook:
        session.webhook(type="track", event="Order Placed", userId="u-1", properties={"total": 5, "groupId": "a-1"})
    return session


def without_scheme(prefix):
    session = Session(data="https://app.shop.test").open().script()
    session.data_host = f"https://app.shop.test/{prefix}"
    return session.usual(status=404)


def late(milliseconds):
    return Session().open().script().wait(milliseconds).usual()


def segment_without_pendo():
    settings = json.dumps({"integrations": {"Segment.io": {}}, "remotePlugins": []})
    session = Session().open(text="<script>analytics.load('wk')</script>")
    session.add("https://cdn.segment.com/analytics.js/v1/wk/analytics.min.js", kind="script")
    return session.add("https://cdn.segment.com/v1/projects/wk/settings", kind="fetch", text=settings)


def blocked_by_policy(policy="", text=SNIPPET):
    session = Session().open(text, policy).script()
    return session.meta(status=0).meta(status=0, retry=1).guides(status=0)


META = f'<meta http-equiv="Content-Security-Policy" content="{POLICY.format("data:", "none")}">{SNIPPET}'
PLACEHOLDER = SNIPPET.replace("'u-1'", "'VISITOR-UNIQUE-ID'")

# The cause, a recording that proves it, and a similar one that does not.
CASES = {
    "no-pendo-traffic": (Session().open(text="<p>Hello</p>"), usual()),
    "no-pendo-traffic, Segment alone": (segment_without_pendo(), usual()),
    "cname-no-scheme-or-typo": (
        Session(script="https://cdn.us1.pendo.io").open().script(status=0, reason="net::ERR_NAME_NOT_RESOLVED"),
        with_(Session(script="https://us1.cdn.pendo.io", data="https://us1.data.pendo.io")),
    ),
    "cname-no-scheme-or-typo, CNAME": (
        Session(script="https://cdn.shop.test", data="https://dta.shop.test")
        .open()
        .script()
        .usual(status=0, reason="net::ERR_NAME_NOT_RESOLVED"),
        usual(script="https://cdn.shop.test", data="https://data.shop.test"),
    ),
    "cname-no-scheme-or-typo, script": (
        Session(script="https://app.shop.test/cdn.product.shop.test").open().script(status=404, mime="text/html"),
        usual(script="https://cdn.product.shop.test", data="https://data.product.shop.test"),
    ),
    "cname-no-scheme-or-typo, page in place of the script": (
        Session(script="https://app.shop.test/cdn.product.shop.test").open().script(mime="text/html"),
        usual(script="https://cdn.product.shop.test", data="https://data.product.shop.test"),
    ),
    "cname-no-scheme-or-typo, missing region": (
        Session(script="https://app.shop.test/null").open().script(status=404),
        usual(),
    ),
    "cname-no-scheme-or-typo, name of a region": (
        Session(script="https://app.shop.test/eu").open().script(status=404),
        usual(),
    ),
    "cname-no-scheme-or-typo, data": (without_scheme("data.product.shop.test"), usual()),
    "cname-no-scheme-or-typo, data of Pendo": (without_scheme("data.pendo.io"), usual()),
    "mixed-content-or-untrusted-certificate": (
        Session(script="http://cdn.pendo.io").open().script(status=0),
        usual(),
    ),
    "mixed-content-or-untrusted-certificate, certificate": (
        Session(script="https://cdn.shop.test", data="https://data.shop.test")
        .open()
        .script()
        .usual(status=0, reason="net::ERR_CERT_AUTHORITY_INVALID"),
        usual(script="https://cdn.shop.test", data="https://data.shop.test"),
    ),
    "csp-blocked-script": (
        Session().open(policy="script-src 'self' https://cdn.eu.pendo.io").script(status=0),
        Session().open(policy=ALLOWED).script().usual(),
    ),
    "adblock-script": (Session().open().script(status=0, reason="net::ERR_BLOCKED_BY_CLIENT"), usual()),
    "key-unknown-in-region": (Session().open().script(status=403), usual()),
    "key-unknown-in-region, data": (failing(status=400), usual()),
    "agent-disabled": (Session().open().script().wait(3_000).add("https://app.shop.test/api"), usual()),
    "region-mismatch": (usual(script="https://cdn.eu.pendo.io"), with_(Session())),
    "region-mismatch, refused": (
        Session(script="https://cdn.eu.pendo.io").open().script().usual(status=400),
        usual(),
    ),
    "csp-blocked-data": (
        blocked_by_policy(policy=POLICY.format("'self'", "'self'")),
        Session().open(policy=ALLOWED).script().usual(),
    ),
    "csp-blocked-data, meta": (blocked_by_policy(text=META), usual()),
    "adblock-beacons": (failing(status=0, reason="net::ERR_BLOCKED_BY_CLIENT"), usual()),
    "data-host-unreachable": (failing(status=0, reason=RESET), usual()),
    "data-host-unreachable, never answered": (
        Session().open().script().usual(status=0).wait(5_000).add("https://app.shop.test/api"),
        usual(),
    ),
    "data-host-unreachable, name": (failing(status=0, reason="net::ERR_NAME_NOT_RESOLVED"), usual()),
    "opted-out-451": (Session().open().script().meta().guides(status=451), usual()),
    "opted-out-451, body": (Session().open().script().meta().guides(text='{"statusCode":451}'), usual()),
    "throttled-429": (failing(status=429), usual()),
    "server-5xx": (failing(status=503), usual()),
    "half-cname": (
        usual(script="https://cdn.shop.test"),
        usual(script="https://cdn.shop.test", data="https://data.shop.test"),
    ),
    "half-cname, data": (usual(data="https://data.shop.test"), usual()),
    "consent-late": (late(61_000), late(50_000)),
    "duplicates-two-snippets": (Session().open().script().script().usual(), Session().open().script().usual()),
    "double-delivery": (both_ways(webhook=True), both_ways(webhook=False)),
    "placeholder-id": (with_(Session(), account="ACCOUNT-UNIQUE-ID"), usual()),
    "placeholder-id, visitor": (
        with_(Session(), visitor="_PENDO_T_abcdefghijk").open(text=PLACEHOLDER),
        usual(),
    ),
    "junk-id": (with_(Session(), visitor="undefined"), with_(Session(), visitor="undefined-7")),
    "junk-id, account": (with_(Session(), account="[object Object]"), usual()),
    "id-whitespace-or-case": (with_(Session(), visitor="u-1 "), usual()),
    "id-whitespace-or-case, case": (
        with_(with_(Session(), visitor="Kim"), visitor="kim"),
        with_(with_(Session(), visitor="kim"), visitor="kim"),
    ),
    "visitor-switched": (switched(between=False), switched(between=True)),
    "never-identified": (with_(Session(), visitor="_PENDO_T_abcdefghijk"), usual()),
    "no-account": (with_(Session(), account=""), usual()),
    "group-before-identify": (anonymous_group(later_fields={}), anonymous_group(later_fields={"plan": "pro"})),
    "parent-account-nested": (
        with_(Session(), account_fields={"plan": "pro", "parentAccount": {"id": "p"}}),
        usual(),
    ),
    "metadata-nested-or-bad-keys": (with_(Session(), visitor_fields={"address": {"city": "Oslo"}}), usual()),
    "metadata-nested-or-bad-keys, key": (with_(Session(), account_fields={"2fa": True}), usual()),
    "account-traits-missing": (with_(Session(), account_fields={}), usual()),
    "visitor-traits-missing": (with_(Session(), visitor_fields={}), usual()),
    "api-key-refused": (usual().api("GET", "page", 403), usual().api("GET", "page")),
    "api-key-refused, none": (
        usual().api("GET", "token/verify", 403, has_key=False).api("POST", "aggregation", 403, has_key=False),
        usual().api("GET", "token/verify").api("POST", "aggregation"),
    ),
    "api-key-refused, region": (
        Session().api("GET", "page", 403).api("GET", "page", region="eu."),
        Session().api("GET", "page", region="eu."),
    ),
    "api-key-read-only": (
        Session().api("POST", "aggregation").api("PUT", "metadata/visitor/agent/value/v/role", 403),
        Session().api("POST", "aggregation").api("PUT", "metadata/visitor/agent/value/v/role"),
    ),
    "api-pipeline-refused": (
        Session().api("GET", "page").api("POST", "aggregation", 400, "Cannot parse filter expression"),
        Session().api("POST", "aggregation", text='{"results":[]}'),
    ),
    "api-request-refused": (
        Session().api("GET", "segment").api("PATCH", "segment/s/visitor", 413),
        Session().api("GET", "segment").api("PATCH", "segment/s/visitor", text='{"multistatus":[]}'),
    ),
    "api-ids-missing": (
        usual().api("POST", "metadata/visitor/agent/value", text='{"total":1,"failed":1,"missing":["v-9"]}'),
        usual().api("POST", "metadata/visitor/agent/value", text='{"total":1,"failed":0,"missing":[]}'),
    ),
    "throttled-429, api": (Session().api("GET", "page").api("GET", "page", 429), Session().api("GET", "page")),
    "server-5xx, api": (usual().api("GET", "page", 503), usual().api("GET", "page")),
    "track-too-large": (usual().track(notes="x" * 600), usual().track(notes="x" * 400)),
}


@pytest.mark.parametrize("case", CASES)
def test_recording_proves_the_cause(case, tmp_path):
    found = slugs(inspect(CASES[case][0], tmp_path))
    assert found[0] == case.partition(",")[0]


@pytest.mark.parametrize("case", CASES)
def test_similar_recording_is_healthy(case, tmp_path):
    assert slugs(inspect(CASES[case][1], tmp_path)) == ["healthy"]


@pytest.mark.parametrize("case", CASES)
def test_cause_disappears_with_the_entries_that_prove_it(case, tmp_path):
    entries, slug = list(CASES[case][0].entries), case.partition(",")[0]
    while slug in slugs(found := inspect({"log": {"entries": entries}}, tmp_path)):
        cause = next(cause for cause in found.causes if cause.slug == slug)
        proofs = {int(shown.entry.rpartition("#")[2]) for shown in cause.evidence}
        assert proofs
        entries = [entry for number, entry in enumerate(entries) if number not in proofs]
        if slug == "no-pendo-traffic":
            return
    assert entries


def test_every_cause_of_the_catalogue_has_a_case():
    own = {"healthy", "script-host-unreachable", "script-not-javascript", "requests-failed"}
    assert {case.partition(",")[0] for case in CASES} == CAUSE_TEXTS.keys() - own


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("api-key-refused", "does not know the integration key, or the key belongs to another region"),
        ("api-key-refused, none", "the requests have no integration key"),
        ("api-key-refused, region", "the region eu does"),
        ("api-pipeline-refused", "400 Cannot parse filter expression"),
        ("api-request-refused", "PATCH segment/s/visitor: it answers 413"),
        ("api-ids-missing", "v-9"),
    ],
)
def test_sentence_about_an_api_client_says_why(case, reason, tmp_path):
    cause = inspect(CASES[case][0], tmp_path).causes[0]
    assert reason in cause.sentence
    assert "k" not in cause.evidence[0].values.values()


def test_question_for_something_unknown_is_only_a_possible_cause(tmp_path):
    found = inspect(Session().api("GET", "page").api("GET", "visitor/x", 404), tmp_path)
    assert slugs(found) == ["healthy"]
    assert [cause.slug for cause in found.possible] == ["api-request-refused"]


def test_many_answers_of_one_kind_do_not_hide_another_one(tmp_path):
    session = Session().api("GET", "page")
    for number in range(21):
        session.api("GET", f"visitor/{number}", 404)
    found = inspect(session.api("POST", "aggregation", 400, "Cannot parse filter expression"), tmp_path)
    assert slugs(found) == ["api-pipeline-refused"]


def test_key_of_a_region_that_accepts_other_requests_is_not_of_another_region(tmp_path):
    found = inspect(Session().api("GET", "page", 403).api("GET", "page").api("GET", "page", region="eu."), tmp_path)
    (cause,) = found.possible
    assert (cause.slug, cause.sentence) == (
        "api-key-refused",
        "The API at app.pendo.io answers 403: it accepts other requests, so the integration key or its rights differ.",
    )


@pytest.mark.parametrize("base", ["http://localhost:3000", "http://127.0.0.1:5000"])
@pytest.mark.parametrize("has_key", [True, False])
def test_local_request_is_for_the_api_of_pendo_only_with_an_integration_key(base, has_key, tmp_path):
    session = usual().add(f"{base}/api/v1/orders", 400, method="POST", text="no order")
    if has_key:
        session.entries[-1]["request"]["headers"] = [{"name": "X-Pendo-Integration-Key", "value": "k"}]
    assert slugs(inspect(session, tmp_path)) == (["api-request-refused"] if has_key else ["healthy"])
