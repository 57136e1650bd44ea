"""Writes the HTML of a scenario's page, with the snippets that its settings name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pendo_contracts.scenarios.scenario import Scenario, Step

# The form of Pendo's documented snippet: stubs that queue calls, and a script element.
_PENDO: Final = """<script>
(function (apiKey) {
  var pendo = (window.pendo = window.pendo || {}), methods, script
  pendo._q = pendo._q || []
  methods = ['initialize', 'identify', 'updateOptions', 'pageLoad', 'track']
  methods.forEach(function (name) {
    pendo[name] = pendo[name] || function () {
      pendo._q[name === 'initialize' ? 'unshift' : 'push']([name].concat([].slice.call(arguments)))
    }
  })
  script = document.createElement('script')
  script.async = true
  script.src = %(host)s + '/agent/static/' + apiKey + '/pendo.js'
  document.head.appendChild(script)
})(%(key)s)
%(start)s</script>
"""
_SEGMENT: Final = """<script>
var analytics = window.analytics = window.analytics || []
analytics.load = function (key) {
  var script = document.createElement('script')
  script.src = 'https://cdn.segment.com/analytics.js/v1/' + key + '/analytics.min.js'
}
analytics.load('write-key')
</script>
"""


def page_text(scenario: Scenario, api_key: str, call: Step | None = None) -> str:
    """Return the HTML of a page; `call` is the call of initialize in its snippet, None if it has none."""
    parts = ["<!doctype html><title>Shop</title><link rel=icon href=data:,>\n"]
    if scenario.page.snippet:
        host, key = json.dumps(scenario.page.script_host), json.dumps(api_key)
        parts.append(_PENDO % {"host": host, "key": key, "start": _start(call) if call else ""})
    if {"actions", "classic"} & {*scenario.through}:
        parts.append(_SEGMENT)
    return "".join(parts) + scenario.page.html.replace("{key}", api_key)


def snippet_call(scenario: Scenario, steps: Sequence[Step]) -> Step | None:
    """Return the call of initialize that is in the snippet of a page: the first one of its steps if it is there."""
    first = steps[0] if steps else None
    is_start = first is not None and first.kind == "pendo" and first.value[0] == "initialize"
    return first if is_start and scenario.page.snippet else None


def _start(call: Step) -> str:
    arguments = ", ".join(map(json.dumps, call.value[1:]))
    return f"pendo.initialize({arguments})\n".replace("<", "\\u003c")
