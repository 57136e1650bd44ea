"""The pages of the rules for browsers, and the same list for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template

from pendo_emulator.addresses import CONTROL_PREFIX, RULES_PATH
from pendo_emulator.response import json_response, problem, response

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Redirect

    from pendo_emulator.response import OutgoingResponse

rule_pages: Final = Blueprint("rule_pages", __name__, template_folder="templates")
rules: Final = Blueprint("rules", __name__, url_prefix=CONTROL_PREFIX)

_HTML: Final = "text/html; charset=utf-8"


@rule_pages.get(RULES_PATH.rstrip("/"))
def without_slash() -> Redirect:
    """Redirect to the list of rules."""
    return redirect(RULES_PATH, 308)


@rule_pages.get(RULES_PATH)
def list_pages() -> OutgoingResponse:
    """Return a page with a link to each rule."""
    # Loaded here, because only these pages and reports need the rules.
    from pendo_contracts.rules.pages import descriptions, severities  # noqa: PLC0415

    page = render_template("rules.html", rules=descriptions(), severities=severities(), path=RULES_PATH)
    return response(page.encode(), _HTML)


@rule_pages.get(f"{RULES_PATH}<name>")
def show_page(name: str) -> OutgoingResponse:
    """Return the page of one rule; 404 with the nearest name if there is none."""
    from pendo_contracts.rules.pages import paragraphs  # noqa: PLC0415 - as in list_pages
    from pendo_contracts.rules.rule_settings import RuleSettingsError, find_rule  # noqa: PLC0415 - as in list_pages

    try:
        about = find_rule(name).description
    except RuleSettingsError as error:
        return problem(404, str(error))
    page = render_template("rule.html", about=about, paragraphs=paragraphs(about), path=RULES_PATH)
    return response(page.encode(), _HTML)


@rules.get("/rules")
def list_rules() -> OutgoingResponse:
    """List all rules: name, severity, section, texts, thresholds with their default values."""
    from pendo_contracts.rules.pages import as_document, descriptions  # noqa: PLC0415 - as in list_pages

    return json_response([as_document(about) for about in descriptions()])
