"""Scenario: a known problem with the steps that show it, and what an inspection must say about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Destination: TypeAlias = Literal["actions", "classic", "webhook"]
Certainty: TypeAlias = Literal["proved", "likely", "possible"]
BlockReason: TypeAlias = Literal["client", "policy", "name", "certificate", "network", "mixed"]
StepKind: TypeAlias = Literal["segment", "pendo", "server", "engage", "wait", "open", "lose_cookies", "load_script"]

DEFAULT_CLOCK: Final = 1_772_442_000_000
DEFAULT_PAGE: Final = "https://app.shop.example/home"
DEFAULT_SCRIPT_HOST: Final = "https://cdn.pendo.io"


@dataclass(frozen=True, slots=True)
class Block:
    """Requests that the browser or the network stops: no host receives them.

    A request matches if it is for the endpoint and the host; "" matches all. `reason` is `client` (an extension),
    `policy` (the Content-Security-Policy of the page), `mixed` (http on an https page), `name` (DNS), `certificate` or
    `network`.
    """

    reason: BlockReason
    endpoint: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a scenario: a call, a pause in seconds, or a page that is opened."""

    kind: StepKind
    value: Any


@dataclass(frozen=True, slots=True)
class PageSettings:
    """The page of a scenario.

    `policy` is its Content-Security-Policy, "" for none. `script_host` is the origin in Pendo's own snippet; `snippet`
    is false for a page on which only Segment loads Pendo. `html` is more text of the page.
    """

    url: str = DEFAULT_PAGE
    policy: str = ""
    script_host: str = DEFAULT_SCRIPT_HOST
    snippet: bool = True
    html: str = ""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a run of a scenario must show.

    `cause` is the name of a cause, or of a rule if no cause contains it; a `possible` cause is one that a recording
    does not prove. `findings` are the names of all rules that find something. `facts` is a part of the inspection's
    facts: it states the symptom as numbers and names.
    """

    cause: str
    certainty: Certainty = "proved"
    findings: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A known problem.

    `symptom` is what people see in Pendo, `why` is the reason, `see` says how to recognize the problem and `fix` how to
    correct it. `source` says how the facts are known. `possible` says what a recording cannot prove, "" if it proves
    the cause. `clock` is the time of the first step in milliseconds since 1970. `through` are Segment's destinations,
    empty for a page with Pendo's own snippet only. `subscription` and `faults` are documents of the contracts with
    these names. `browser` is whether the real agent in a browser can run the scenario. `document` is the whole file as
    JSON.
    """

    name: str
    title: str
    symptom: str
    why: str
    see: str
    fix: str
    expect: Expectation
    steps: tuple[Step, ...]
    source: str = ""
    possible: str = ""
    through: tuple[Destination, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    page: PageSettings = field(default_factory=PageSettings)
    subscription: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Mapping[str, Any], ...] = ()
    blocked: tuple[Block, ...] = ()
    clock: int = DEFAULT_CLOCK
    browser: bool = False
    document: Mapping[str, Any] = field(default_factory=dict)
