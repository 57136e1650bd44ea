"""Writes the HTML of a scenario's page, with the snippets that its settings name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pendo_contracts.scenarios.scenario import Scenario

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


def page_text(scenario: Scenario, api_key: str, *, starts: bool = True) -> str:
    """Return the HTML of the page; with `starts` the snippet makes the calls of initialize itself."""
    parts = ["<!doctype html><title>Shop</title><link rel=icon href=data:,>\n"]
    if scenario.page.snippet:
        values = {"host": json.dumps(scenario.page.script_host), "key": json.dumps(api_key)}
        calls = "".join(_starts(scenario)) if starts else ""
        parts.append(_PENDO % (values | {"start": calls}))
    if {"actions", "classic"} & {*scenario.through}:
        parts.append(_SEGMENT)
    return "".join(parts) + scenario.page.html.replace("{key}", api_key)


def _starts(scenario: Scenario) -> Iterator[str]:
    for step in scenario.steps:
        if step.kind == "pendo" and step.value[0] == "initialize":
            arguments = ", ".join(map(json.dumps, step.value[1:]))
            yield f"pendo.initialize({arguments})\n".replace("<", "\\u003c")
            return
