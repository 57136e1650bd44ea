"""For each cause: what people see in Pendo, what in a recording proves it, and how this is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class CauseSymptom:
    """What people see in Pendo, what in a recording proves the cause, and how this is known."""

    symptom: str
    proof: str
    source: str


_CSP: Final = (
    "Observed: Chromium's developer tools record such a request with status 0 and the reason"
    " net::ERR_BLOCKED_BY_CSP or an empty reason; Playwright records a failure text."
)
_CLIENT: Final = (
    "Observed: Chromium records the reason net::ERR_BLOCKED_BY_CLIENT for a request that an extension stops."
)
_RETRIES: Final = "Observed: the agent sends a refused request again. Assumed: the status that Pendo's hosts answer."
_IDS: Final = "Documented: visitors and accounts are stored under exactly the id that is sent."
_FIELDS: Final = (
    "Observed: the agent sends the fields of visitor and account with meta events and with requests for guides."
)

CAUSE_SYMPTOMS: Final[Mapping[str, CauseSymptom]] = {
    "no-pendo-traffic": CauseSymptom(
        "Pendo shows nothing of these pages: no visitors, no page views.",
        "No request of the recording goes to a host of Pendo's or to a path of Pendo's. If the document of the"
        " page is in"
        " the recording, its text tells whether a snippet is there and whether it waits for a consent.",
        "Observed: the agent asks for its script and sends events as soon as it starts.",
    ),
    "cname-no-scheme-or-typo": CauseSymptom(
        "Pendo shows nothing, and the browser's console shows a script or a request that is not found.",
        "The script or data is asked of a host under pendo.io that Pendo does not have, of a host name that does not"
        " exist, or of the page's own host because https:// is missing.",
        "Observed: the hosts in the published agent, and how browsers resolve an address without a scheme.",
    ),
    "mixed-content-or-untrusted-certificate": CauseSymptom(
        "Pendo shows nothing, or events are missing for every visitor of an https page.",
        "A request to an http address from an https page without an answer, or a request with the reason"
        " net::ERR_CERT_... of the browser.",
        "Observed: Chromium's reasons for such requests.",
    ),
    "csp-blocked-script": CauseSymptom(
        "Pendo shows nothing; the browser's console names the Content-Security-Policy.",
        "The request for pendo.js is blocked, and the policy in the headers or in a meta element of the document"
        " does not"
        " allow the script's host in script-src.",
        _CSP,
    ),
    "adblock-script": CauseSymptom(
        "Some visitors are missing in Pendo; others with the same browser are there.",
        "The request for pendo.js is blocked by the client, which is an extension of the browser.",
        _CLIENT,
    ),
    "key-unknown-in-region": CauseSymptom(
        "Pendo shows nothing although the agent is on the page.",
        "A host of Pendo's answers the script or the data with a status from 400 to 499, except 429 and 451, for"
        " this API"
        " key.",
        "Documented: an API key belongs to one region. Assumed: the status for an unknown key.",
    ),
    "script-host-unreachable": CauseSymptom(
        "Pendo shows nothing for visitors in one network.",
        "The request for pendo.js gets no answer: no such name, refused, reset or timed out.",
        "Observed: the browser's reasons for such requests.",
    ),
    "script-not-javascript": CauseSymptom(
        "Pendo shows nothing; the browser's console shows a syntax error in pendo.js.",
        "The request for pendo.js is answered with a document of the type text/html.",
        "Observed: a host name that is not set up often answers with a web page.",
    ),
    "agent-disabled": CauseSymptom(
        "Pendo shows nothing although the browser loads pendo.js.",
        "pendo.js is answered with status 200, and for more than a second no request to a data host follows.",
        "Observed: the agent sends events and asks for guides right after its start. Assumed: a second is enough.",
    ),
    "region-mismatch": CauseSymptom(
        "The data of visitors is missing in the subscription, or is in another one.",
        "The script comes from the content host of one region and the data goes to the data host of another.",
        "Observed: each region has its own hosts, named in the published agent.",
    ),
    "csp-blocked-data": CauseSymptom(
        "Pendo shows no or few events, or guides never appear.",
        "Requests to the data host are blocked, and the policy of the document does not allow the host in img-src or in"
        " connect-src. The agent sends small batches as images and large ones with fetch, so that often only some of"
        " them are blocked.",
        _CSP,
    ),
    "adblock-beacons": CauseSymptom(
        "Events of some visitors are missing, while guides can appear.",
        "Requests for ptm.gif or guide.gif are blocked by the client, which is an extension of the browser.",
        _CLIENT,
    ),
    "data-host-unreachable": CauseSymptom(
        "Visitors in one network are missing in Pendo.",
        "The script is received, but requests to the data host are refused, reset, or never answered.",
        "Observed: the browser's reasons for such requests; a request that hangs has neither status nor reason.",
    ),
    "opted-out-451": CauseSymptom(
        "One visitor, or one group of visitors, is missing in Pendo.",
        "The request for guides is answered with status 451, or with 451 in its body; after that the agent sends"
        " nothing.",
        "Observed: how the published agent reads the answer.",
    ),
    "throttled-429": CauseSymptom(
        "Events arrive late or with gaps.",
        "A host of Pendo's answers with status 429.",
        _RETRIES,
    ),
    "server-5xx": CauseSymptom(
        "Events arrive late or with gaps, for all visitors.",
        "A host of Pendo's answers with a status of 500 or more.",
        _RETRIES,
    ),
    "half-cname": CauseSymptom(
        "Pendo works for most visitors; ad blockers still stop a part of it.",
        "The script comes from a CNAME and the data goes to pendo.io, or the reverse.",
        "Documented: a CNAME consists of a content host and a data host.",
    ),
    "consent-late": CauseSymptom(
        "The first pages and events of each visit are missing.",
        "Data to Pendo begins only after the first minute of the recording.",
        "Observed: without a delay the agent sends its first events in the first seconds.",
    ),
    "duplicates-two-snippets": CauseSymptom(
        "Track events and page views are counted twice.",
        "pendo.js is asked for twice in one page, or the same events are sent by two agents.",
        "Observed: two snippets on a page start two agents.",
    ),
    "double-delivery": CauseSymptom(
        "Track events are counted twice.",
        "A track event with the same name, visitor and properties arrives from the agent (ptm.gif) and from the webhook"
        " (segmentio).",
        "Documented: Segment has both destinations, and each sends the event.",
    ),
    "placeholder-id": CauseSymptom(
        "One visitor or account called VISITOR-UNIQUE-ID or ACCOUNT-UNIQUE-ID has all events.",
        "An id of the recording is a placeholder of Pendo's snippet.",
        "Documented: the placeholders are in Pendo's snippet.",
    ),
    "junk-id": CauseSymptom(
        "One visitor called undefined, null or [object Object] has the events of many people.",
        "An id of the recording is the text of a missing or wrong value.",
        _IDS,
    ),
    "id-whitespace-or-case": CauseSymptom(
        "A person or a company is in Pendo twice, each time with a part of the data.",
        "Two ids differ only in capital letters or white space, or an id begins or ends with white space.",
        _IDS,
    ),
    "visitor-switched": CauseSymptom(
        "A visitor has events of another person.",
        "Within one page, events of a known visitor are followed by events of another known visitor in the same"
        " session.",
        "Observed: only clearSession starts a new session in the same page.",
    ),
    "never-identified": CauseSymptom(
        "Pendo shows only anonymous visitors.",
        "All visitor ids of the recording begin with _PENDO_T_.",
        "Observed: the agent makes such an id for a visitor without an id.",
    ),
    "no-account": CauseSymptom(
        "Visitors are in Pendo, and accounts are empty or missing.",
        "Events have a visitor id, and no event and no request for guides has an account id.",
        "Documented: account is an option of initialize.",
    ),
    "group-before-identify": CauseSymptom(
        "The account has no fields, although the page sends them.",
        "Account fields are sent for an anonymous visitor; after the visitor is identified only the account's id"
        " is sent.",
        _FIELDS,
    ),
    "parent-account-nested": CauseSymptom(
        "Accounts have no parent account, and one account can appear twice.",
        "The account's data has a member parentAccount.",
        "Documented: parentAccount is next to account.",
    ),
    "metadata-nested-or-bad-keys": CauseSymptom(
        "Some fields of visitors or accounts never appear in Pendo.",
        "A field has an object as its value, or its name is not an identifier.",
        "Documented: the values and names that Pendo accepts.",
    ),
    "account-traits-missing": CauseSymptom(
        "Accounts are in Pendo with their id and without any other field.",
        "A known visitor with an account id, and no request of the recording has another field of the account.",
        _FIELDS,
    ),
    "visitor-traits-missing": CauseSymptom(
        "Visitors are in Pendo with their id and without any other field.",
        "A known visitor, and no request of the recording has another field of the visitor than the language, which the"
        " agent adds.",
        _FIELDS,
    ),
    "track-too-large": CauseSymptom(
        "The properties of some track events are missing or marked as too large, or the events are missing.",
        "The properties of a track event are more than 512 bytes of JSON, or the agent reports that it dropped an"
        " event.",
        "Documented: the limit of 512 bytes. Observed: the limit at which the agent drops an event.",
    ),
    "api-key-refused": CauseSymptom(
        "An integration or a script gets nothing from Pendo's API, or says that the credentials are invalid.",
        "The API answers 403 to every request on an app host.",
        "Observed: 403 with an empty body. Assumed: a key of another region is answered like an unknown one.",
    ),
    "api-key-read-only": CauseSymptom(
        "An integration reads from Pendo, and what it writes does not appear.",
        "On the same host, the API answers questions and refuses every change with 403.",
        "Documented: keys with and without write access. Assumed: the status 403.",
    ),
    "api-pipeline-refused": CauseSymptom(
        "A report or an export of an integration stays empty, or stops with an error.",
        "The API answers an aggregation with 400 and a text.",
        "Observed: 400 with a plain text for an expression that cannot be read.",
    ),
    "api-request-refused": CauseSymptom(
        "A change that an integration makes does not appear in Pendo.",
        "The API answers a request other than an aggregation with 400, 404, 409, 413 or 422.",
        "Documented: the statuses of segments and metadata.",
    ),
    "api-ids-missing": CauseSymptom(
        "An upload of metadata seems to work, and fields of some visitors or accounts stay empty.",
        "The API answers a write of metadata with 200 and with ids in its member missing.",
        "Documented: the answer counts unknown ids as failed.",
    ),
    "requests-failed": CauseSymptom(
        "Events are missing or late.",
        "Requests to Pendo were refused, blocked or not answered, and the recording does not say why.",
        "Observed: the agent sends a refused request again, and drops events in the end.",
    ),
    "healthy": CauseSymptom(
        "Pendo should show the visitor, the account and the events of the recording.",
        "The script is received, events and requests for guides are accepted, and no other cause is proved.",
        "Assumed: Pendo shows what its hosts accept.",
    ),
}
