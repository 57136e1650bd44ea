"""The pages of the web console, the login, and the files that browsers request together with a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, current_app, make_response, redirect, render_template, request

from pendo_contracts.wire.region import REGIONS
from pendo_emulator.addresses import CONSOLE_PATH, CONTROL_PREFIX, RULES_PATH
from pendo_emulator.console.client_lines import client_groups, own_url
from pendo_emulator.console.session import (
    end_session,
    has_session,
    is_from_same_origin,
    is_right_token,
    local_target,
    start_session,
)
from pendo_emulator.faults.profiles import profiles
from pendo_emulator.response import OutgoingResponse, problem, response

if TYPE_CHECKING:
    from typing import Any

    from werkzeug.wrappers import Response

    from pendo_contracts.common.access_policy import AccessPolicy

console: Final = Blueprint(
    "console",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path=f"{CONSOLE_PATH}/static",
)

# Files of this server only: no inline script or style, no other host, no markup made from text.
CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)

# The path below CONSOLE_PATH and the title of each view, in the order of the navigation; the first one is at `/`.
VIEWS: Final = {
    "timeline": "Timeline",
    "overview": "Overview",
    "source": "Source",
    "visitors": "Visitors",
    "accounts": "Accounts",
    "query": "Query",
    "faults": "Faults",
    "inspect": "Inspect",
    "transfer": "Import and export",
    "setup": "Set-up",
}
# Views that no link of the navigation opens.
DETAIL_VIEWS: Final = {"event": "Event"}

_PATHS: Final = ",".join((*VIEWS, *DETAIL_VIEWS)).removeprefix("timeline,")
# The modules that every view loads, so that the browser requests them at once.
_SHARED_MODULES: Final = ("api.js", "dom.js", "format.js", "header.js")
_TIMELINE_MODULES: Final = (
    "event_detail.js", "event_request.js", "event_source.js", "stream.js", "tree.js", "virtual_rows.js",
)  # fmt: skip

_LOGIN: Final = f"{CONSOLE_PATH}/login"
_OPEN: Final = frozenset({"console.static", "console.login", "console.log_in", "console.log_out"})
_FILES: Final = frozenset({"console.favicon", "console.robots", "console.absent"})


@console.before_request
def guard() -> OutgoingResponse | Response | None:
    """Show a page only to browsers that may read the control API: others get the login, or the reason."""
    if request.endpoint in _FILES or request.endpoint == "console.static":
        return None
    policy = _policy()
    if policy.token:
        if request.endpoint in _OPEN or has_session(policy, request):
            return None
        return redirect(f"{_LOGIN}?next={_quoted_target()}", 303)
    denial = policy.check({name.lower(): value for name, value in request.headers.items()}, request.method)
    if denial is None:
        return None
    return _page("denied", "No access", denial.status, message=denial.message)


@console.after_request
def add_content_policy(sent: Response) -> Response:
    """Allow the page's own script and style; the other security headers are those of the control API.

    A browser sends `Origin: null` with a form of a page that allows no referrer, so these pages allow their own.
    """
    if "x-emulator-verdict" in sent.headers:  # the answer of a host of Pendo's that has the same path
        return sent
    sent.headers["content-security-policy"] = CONTENT_POLICY
    sent.headers["referrer-policy"] = "same-origin"
    return sent


@console.get("/")
@console.get(f"{CONSOLE_PATH}/<any({_PATHS}):view>")
def show_view(view: str = "timeline") -> OutgoingResponse:
    """Return the page of one view; the query parameters are read by its script."""
    return _page(view, VIEWS.get(view) or DETAIL_VIEWS[view])


@console.get(CONSOLE_PATH)
@console.get(f"{CONSOLE_PATH}/")
def first_view() -> Response:
    """Redirect to the first view."""
    return redirect("/", 308)


@console.get(_LOGIN)
def login() -> OutgoingResponse | Response:
    """Return the page that takes the token, or go on if no token is needed."""
    if not _policy().token:
        return redirect(local_target(request.args.get("next", "/")), 303)
    return _page("login", "Log in", target=local_target(request.args.get("next", "/")), message="")


@console.post(_LOGIN)
def log_in() -> OutgoingResponse | Response:
    """Check the token of the form, and give the browser its cookie."""
    target = local_target(request.form.get("next", "/"))
    if not is_from_same_origin(request.headers, request.method, request.host):
        return problem(403, "pages of other sites cannot log in")
    if not is_right_token(_policy(), request.form.get("token", "").strip()):
        return _page("login", "Log in", 401, target=target, message="This is not the token.")
    answer = redirect(target, 303)
    start_session(_policy(), request, answer)  # type: ignore[arg-type]
    return answer


@console.post(f"{CONSOLE_PATH}/logout")
def log_out() -> OutgoingResponse | Response:
    """Delete the browser's cookie."""
    if not is_from_same_origin(request.headers, request.method, request.host):
        return problem(403, "pages of other sites cannot log out")
    answer = redirect(_LOGIN, 303)
    end_session(request, answer)  # type: ignore[arg-type]
    return answer


@console.get("/favicon.ico")
def favicon() -> OutgoingResponse:
    """Return no icon; the pages name the console's icon."""
    return response(b"", "image/x-icon", 204)


@console.get("/robots.txt")
def robots() -> OutgoingResponse:
    """Return a robots.txt that forbids search engines to index any page."""
    return response(b"User-agent: *\nDisallow: /\n", "text/plain; charset=utf-8")


@console.get("/.well-known/", defaults={"name": ""})
@console.get("/.well-known/<path:name>")
@console.get("/apple-touch-icon<path:name>")
def absent(name: str) -> OutgoingResponse:  # noqa: ARG001 - the route's
    """Answer 404 for files that browsers request and that the emulator does not have."""
    return problem(404, f"the emulator has no {request.path}")


def _policy() -> AccessPolicy:
    policy: AccessPolicy = current_app.extensions["access_policy"]
    return policy


def _page(view: str, title: str, status: int = 200, **values: Any) -> OutgoingResponse:
    if view == "setup":
        values |= {"groups": client_groups(own_url(request), current_app.extensions["cnames"])}
    if view == "faults":
        values |= {"fault_profiles": profiles()}
    page = render_template(
        f"console/{view}.html",
        view=view,
        title=title,
        views=VIEWS,
        modules=_modules(view),
        console=CONSOLE_PATH,
        control=CONTROL_PREFIX,
        rules=RULES_PATH,
        regions=REGIONS.values(),
        cnames=current_app.extensions["cnames"],
        needs_token=bool(_policy().token),
        **values,
    )
    return make_response(page, status)  # type: ignore[return-value]


def _modules(view: str) -> tuple[str, ...]:
    if view not in VIEWS | DETAIL_VIEWS:
        return ()
    return _SHARED_MODULES + (_TIMELINE_MODULES if view == "timeline" else ())


def _quoted_target() -> str:
    from urllib.parse import quote  # noqa: PLC0415 - one redirect needs it

    return quote(request.full_path.rstrip("?"), safe="")
