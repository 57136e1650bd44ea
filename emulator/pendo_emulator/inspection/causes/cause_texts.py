"""The catalogue of causes: for each its title, what to do, what would refute it, and the rules that prove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class CauseText:
    """The texts of a cause that do not depend on the recording.

    `title` is a short sentence for a list of causes, `fix` what to do, `refuted_by` what would show that this is not
    the cause. `rules` are rules of the catalogue; a cause without rules is proved by answers, or by what is missing.
    """

    slug: str
    title: str
    fix: str
    refuted_by: str
    rules: tuple[str, ...] = ()


_TEXTS: Final = (
    CauseText(
        "no-pendo-traffic",
        "Nothing is asked of Pendo in this recording.",
        "Add Pendo's snippet, or the destination Pendo in Segment, to these pages; if it is there, give the consent"
        " that it waits for. Then record again from the first page on.",
        "A request to a host of Pendo's, or to a path such as /agent/static/.../pendo.js.",
    ),
    CauseText(
        "cname-no-scheme-or-typo",
        "The address of Pendo's host is wrong: misspelt, unknown, or without https://.",
        "Write the host exactly as Pendo's settings show it, with https:// before it.",
        "The same address answers with the agent or with Pendo's pixel.",
        ("unlisted-host",),
    ),
    CauseText(
        "mixed-content-or-untrusted-certificate",
        "The browser refuses an insecure address: http on an https page, or a certificate that is not trusted.",
        "Use https:// for Pendo's hosts, and have the certificate of the CNAME issued for exactly this host name.",
        "The address is https, and the browser opens it without a warning.",
    ),
    CauseText(
        "csp-blocked-script",
        "The page's Content-Security-Policy stops Pendo's script.",
        "Add the script's host to script-src of the page's Content-Security-Policy.",
        "The policy lists the script's host in script-src, or the script is received.",
    ),
    CauseText(
        "adblock-script",
        "An extension of the visitor's browser blocks Pendo's script.",
        "Record in a window without extensions to be sure. A CNAME of your own makes such blocking less frequent.",
        "The script is also blocked in a browser without extensions.",
    ),
    CauseText(
        "key-unknown-in-region",
        "Pendo's host does not accept the API key.",
        "Compare the API key and the region with the settings of the subscription: a key belongs to one region.",
        "Another request with this key to this host is accepted.",
    ),
    CauseText(
        "script-host-unreachable",
        "The host of Pendo's script cannot be reached.",
        "Ask the network's administrator to allow the host, and try from another network.",
        "The script is received from this host in the same network.",
        ("not-received",),
    ),
    CauseText(
        "script-not-javascript",
        "The host of the script answers with a web page in place of the script.",
        "Ask for the script at Pendo's host, and let Pendo check the set-up of the CNAME.",
        "The address shows JavaScript when it is opened in a browser.",
    ),
    CauseText(
        "agent-disabled",
        "Pendo's script is loaded, and nothing follows.",
        "Check that the page calls pendo.initialize, and that the agent is not switched off in Pendo's settings of the"
        " application.",
        "A request to Pendo's data host after the script.",
    ),
    CauseText(
        "region-mismatch",
        "The script comes from one region and the data goes to another.",
        "Use the hosts of one region: remove dataHost from pendo.initialize, or set the region of the subscription.",
        "Script and data use hosts of the same region.",
        ("region-mismatch",),
    ),
    CauseText(
        "csp-blocked-data",
        "The page's Content-Security-Policy stops events or guides.",
        "Add Pendo's data host to img-src and to connect-src of the page's Content-Security-Policy.",
        "The policy lists the data host in both directives.",
        ("not-received",),
    ),
    CauseText(
        "adblock-beacons",
        "An extension of the visitor's browser blocks Pendo's events.",
        "Record in a window without extensions to be sure. A CNAME of your own for the data host helps.",
        "The events are also blocked in a browser without extensions.",
        ("not-received",),
    ),
    CauseText(
        "data-host-unreachable",
        "Pendo's data host cannot be reached from this browser.",
        "Ask the network's administrator to allow the data host in the firewall, the proxy and the DNS filter.",
        "The data host answers a request from the same network.",
        ("not-received",),
    ),
    CauseText(
        "opted-out-451",
        "Pendo does not process this visitor.",
        "Nothing, if the visitor opted out; otherwise remove the exclusion of the visitor in Pendo.",
        "The request for guides is answered with status 200, without the code 451 in its body.",
    ),
    CauseText(
        "throttled-429",
        "Pendo answers that there are too many requests.",
        "Send less often, and tell Pendo's support the time and the host.",
        "The requests are answered with status 200.",
        ("not-received",),
    ),
    CauseText(
        "server-5xx",
        "Pendo's host answers with a failure of its own.",
        "Look at Pendo's status page, and tell Pendo's support the time, the host and the status.",
        "The requests are answered with status 200.",
        ("not-received",),
    ),
    CauseText(
        "half-cname",
        "Only one of the two hosts, script and data, is a CNAME.",
        "Use the CNAME for both hosts, or for neither: ask Pendo to finish the set-up of the other host.",
        "Script and data both use the CNAME, or both use pendo.io.",
        ("half-cname",),
    ),
    CauseText(
        "consent-late",
        "Pendo's data begins late, for example after a consent dialogue.",
        "Start Pendo as soon as the visitor's consent is known; what happens before is not recorded.",
        "Pendo's first data is sent in the first minute.",
    ),
    CauseText(
        "duplicates-two-snippets",
        "One page loads Pendo's agent twice.",
        "Load the agent once: remove Pendo's own snippet, or the destination in Segment.",
        "Each page asks for pendo.js once.",
        ("sent-twice",),
    ),
    CauseText(
        "double-delivery",
        "Track events reach Pendo twice: by the agent and by the webhook.",
        "Switch track events off in one of Segment's two destinations.",
        "Each track event arrives in one way only.",
        ("double-delivery",),
    ),
    CauseText(
        "placeholder-id",
        "The ids of the example in Pendo's snippet are still there.",
        "Replace VISITOR-UNIQUE-ID and ACCOUNT-UNIQUE-ID by the real ids of the user and of the company.",
        "Visitors and accounts have ids of their own.",
        ("placeholder-id",),
    ),
    CauseText(
        "junk-id",
        "An id is a missing value as text, such as undefined or null.",
        "Call Pendo only when the id is known, and pass the id itself.",
        "The id is that of a real user or company.",
        ("junk-id",),
    ),
    CauseText(
        "id-whitespace-or-case",
        "The same id is written in different ways, or has white space at its ends.",
        "Send each id in one spelling, without white space at its ends.",
        "The ids really belong to different users or companies.",
        ("id-whitespace", "id-twins"),
    ),
    CauseText(
        "visitor-switched",
        "Within one page, one visitor becomes another without a logout.",
        "Call pendo.clearSession() (with Segment: analytics.reset()) when a user logs out.",
        "An anonymous visitor, or a new page, between the two.",
        ("visitor-switched",),
    ),
    CauseText(
        "never-identified",
        "The visitor stays anonymous.",
        "Give the user's id to pendo.initialize or to identify as soon as the user is known.",
        "An event with a visitor id that does not begin with _PENDO_T_.",
    ),
    CauseText(
        "no-account",
        "The visitor is known, but no account is ever given.",
        "Pass account with an id to pendo.initialize, or call group in Segment.",
        "An event or a request for guides with an account id.",
    ),
    CauseText(
        "group-before-identify",
        "The account's traits are sent while the visitor is anonymous.",
        "Call identify first, and group after it.",
        "The known visitor's data carries the account's traits too.",
    ),
    CauseText(
        "parent-account-nested",
        "The parent account is inside the account's data.",
        "Pass parentAccount next to account, not inside it; remove it from the traits that Segment stores.",
        "The account's data has no member parentAccount.",
        ("parent-account-nested",),
    ),
    CauseText(
        "metadata-nested-or-bad-keys",
        "Some metadata cannot be used by Pendo.",
        "Send texts, numbers, booleans, dates or lists of texts, under names of letters, digits and underscores that do"
        " not begin with a digit.",
        "All values are simple, and all names are identifiers.",
        ("metadata-value", "metadata-key"),
    ),
    CauseText(
        "account-traits-missing",
        "The account has an id and nothing else.",
        "Pass the account's fields with its id: in account of pendo.initialize, or as traits of Segment's group call.",
        "A request in which the account has another field than its id.",
    ),
    CauseText(
        "visitor-traits-missing",
        "The visitor has an id and nothing else.",
        "Pass the visitor's fields with the id: in visitor of pendo.initialize, or as traits of Segment's identify"
        " call.",
        "A request in which the visitor has another field than the id and the language.",
    ),
    CauseText(
        "track-too-large",
        "The properties of a track event are too large.",
        "Send fewer or shorter properties: at most 512 bytes of JSON for one event.",
        "The properties of every track event have at most 512 bytes.",
        ("track-properties-size", "dropped-by-agent"),
    ),
    CauseText(
        "api-key-refused",
        "Pendo's API does not accept the integration key.",
        "Copy an integration key from Pendo's settings of this subscription, send it in the header"
        " x-pendo-integration-key, and use the app host of the subscription's region.",
        "Another request with the same key to the same host is accepted.",
    ),
    CauseText(
        "api-key-read-only",
        "The integration key of an API client only reads.",
        "Create an integration key with write access in Pendo's settings, and give it to the client.",
        "A change with the same key is accepted.",
    ),
    CauseText(
        "api-pipeline-refused",
        "Pendo's API does not accept a pipeline.",
        "Correct the step or the expression: pendo-emulator query names its place and what to write.",
        "The same pipeline is accepted.",
    ),
    CauseText(
        "api-request-refused",
        "Pendo's API does not accept a request of a client.",
        "Correct the request as its answer says; an answer without a text is about a limit or a right.",
        "The same request is accepted.",
    ),
    CauseText(
        "api-ids-missing",
        "A write of metadata names visitors or accounts that Pendo does not know.",
        "Write the ids exactly as Pendo shows them; to create new ones, add create=true to the request.",
        "The answer to the same write has no missing ids.",
    ),
    CauseText(
        "requests-failed",
        "Requests to Pendo fail, and the recording does not say why.",
        "Record again with the developer tools of the browser, from the first page on, and with Preserve log.",
        "The same requests are accepted.",
        ("not-received",),
    ),
    CauseText(
        "healthy",
        "Nothing is wrong.",
        "Nothing. If data is missing in Pendo, record the page and the user where it is missing.",
        "A request that is refused, blocked or missing.",
    ),
)  # fmt: skip

CAUSE_TEXTS: Final[Mapping[str, CauseText]] = {text.slug: text for text in _TEXTS}

# A cause explains what follows from it: such a consequence is not a second cause.
CONSEQUENCES: Final[Mapping[str, frozenset[str]]] = {
    "cname-no-scheme-or-typo": frozenset(
        {"half-cname", "key-unknown-in-region", "data-host-unreachable", "script-host-unreachable"}
    ),
    "mixed-content-or-untrusted-certificate": frozenset({"half-cname", "data-host-unreachable"}),
    "region-mismatch": frozenset({"key-unknown-in-region"}),
    "csp-blocked-data": frozenset({"agent-disabled"}),
    "group-before-identify": frozenset({"account-traits-missing"}),
    "id-whitespace-or-case": frozenset({"visitor-switched"}),
    "duplicates-two-snippets": frozenset({"sent-twice"}),
}
