"""Inspection: what a recording proves about a support case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Certainty: TypeAlias = Literal["proved", "likely", "possible"]
StepKind: TypeAlias = Literal[
    "page", "script", "visitor", "account", "metadata", "events", "guides", "webhook", "failure", "pause", "note"
]
ProfileKind: TypeAlias = Literal["visitor", "account", "parentAccount"]

HEALTHY = "healthy"
NO_TRAFFIC = "no-pendo-traffic"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that the recording shows.

    `entry` is the place in the recording (`session.har#12`), "" if it is about the whole recording. `time` is in
    milliseconds since 1970, 0 if the recording has no time. `values` are short texts by name, such as the URL and the
    status. The text and the values contain what senders wrote: escape them wherever they are shown.
    """

    text: str
    entry: str = ""
    time: int = 0
    values: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {"text": self.text, "entry": self.entry, "time": self.time or None, "values": dict(self.values)}


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of a support case.

    `certainty` is `proved` if the recording proves the cause. A `likely` cause stands first only if Pendo accepted
    nothing in the recording, which perhaps ended too early, or if nothing is wrong as far as the recording shows.
    `slug` is its stable name. `sentence` says what is wrong and `fix` what to do, both for people who do not program.
    `evidence` is bounded, `further_evidence` counts the rest. `rules` are the rules of the catalogue that prove the
    cause; a cause can have none. `refuted_by` says what would show that this is not the cause.
    """

    slug: str
    certainty: Certainty
    sentence: str
    fix: str
    evidence: tuple[Evidence, ...] = ()
    further_evidence: int = 0
    rules: tuple[str, ...] = ()
    refuted_by: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "cause": self.slug,
            "certainty": self.certainty,
            "sentence": self.sentence,
            "fix": self.fix,
            "evidence": [shown.to_json() for shown in self.evidence],
            "furtherEvidence": self.further_evidence,
            "rules": list(self.rules),
            "refutedBy": self.refuted_by,
        }


@dataclass(frozen=True, slots=True)
class Profile:
    """What Pendo shows of a visitor or an account at the end of the recording: the last value of each field.

    `fields` are JSON values by name; they are bounded, and `further_fields` counts the rest. `source` is `agent` or
    `webhook`: Pendo keeps the metadata of the two apart.
    """

    kind: ProfileKind
    id: str
    source: str
    fields: Mapping[str, Any]
    further_fields: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "kind": self.kind,
            "id": self.id,
            "source": self.source,
            "fields": dict(self.fields),
            "furtherFields": self.further_fields,
        }


@dataclass(frozen=True, slots=True)
class Requests:
    """Numbers of requests to Pendo.

    `answered` had a good answer, `refused` an error (4xx or 5xx), `blocked` were stopped by the browser, an extension
    or a policy, `failed` got no answer because of the network, `unknown` have no answer in the recording. These five
    add up to `sent`. `retried` counts the requests among them that are not the first try.
    """

    sent: int = 0
    answered: int = 0
    refused: int = 0
    blocked: int = 0
    failed: int = 0
    unknown: int = 0
    retried: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {name: getattr(self, name) for name in Requests.__slots__}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the recording says about the installation; every tuple is in the order of appearance and bounded.

    `api_key` is "" if nothing was asked of Pendo. `region` is the name of the region where data is sent, "" if it is
    unknown. `snippets` are the ways in which the pages load the agent (`pendo`, `segment`, `npm`), as far as the
    documents in the recording show it. `further` counts the values that were left out, by the name of the field.
    """

    recorder: str = ""
    entries: int = 0
    started: int = 0
    ended: int = 0
    api_key: str = ""
    api_keys: tuple[str, ...] = ()
    region: str = ""
    script_hosts: tuple[str, ...] = ()
    data_hosts: tuple[str, ...] = ()
    agent_versions: tuple[str, ...] = ()
    snippets: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    visitors: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    requests: Requests = field(default_factory=Requests)
    events: Mapping[str, int] = field(default_factory=dict)
    profiles: tuple[Profile, ...] = ()
    further: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object; unknown texts and times are null."""
        return {
            "recorder": self.recorder or None,
            "entries": self.entries,
            "started": self.started or None,
            "ended": self.ended or None,
            "apiKey": self.api_key or None,
            "apiKeys": list(self.api_keys),
            "region": self.region or None,
            "scriptHosts": list(self.script_hosts),
            "dataHosts": list(self.data_hosts),
            "agentVersions": list(self.agent_versions),
            "snippets": list(self.snippets),
            "pages": list(self.pages),
            "visitors": list(self.visitors),
            "accounts": list(self.accounts),
            "requests": self.requests.to_json(),
            "events": dict(self.events),
            "profiles": [profile.to_json() for profile in self.profiles],
            "further": dict(self.further),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story: what happened at a time, and the entry that shows it.

    `outcome` is `ok`, `refused`, `blocked`, `failed` or "" for a step without an answer.
    """

    kind: StepKind
    text: str
    entry: str = ""
    time: int = 0
    outcome: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "kind": self.kind,
            "text": self.text,
            "entry": self.entry,
            "time": self.time or None,
            "outcome": self.outcome,
            "values": dict(self.values),
        }


@dataclass(frozen=True, slots=True)
class Inspection:
    """The causes that a recording proves, the root cause first; what it only suggests; its facts and its story.

    `causes` is never empty: `healthy` and `no-pendo-traffic` are causes too. `unreadable` are reasons why entries could
    not be read; it is bounded like the story, `further_steps` counts the steps that were left out.
    """

    name: str
    causes: tuple[Cause, ...]
    possible: tuple[Cause, ...] = ()
    facts: Facts = field(default_factory=Facts)
    story: tuple[Step, ...] = ()
    further_steps: int = 0
    unreadable: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong."""
        return self.causes[0].slug == HEALTHY

    def to_json(self) -> dict[str, Any]:
        """Return the document of `pendo-emulator inspect --json`."""
        return {
            "name": self.name,
            "causes": [cause.to_json() for cause in self.causes],
            "possible": [cause.to_json() for cause in self.possible],
            "facts": self.facts.to_json(),
            "story": [step.to_json() for step in self.story],
            "furtherSteps": self.further_steps,
            "unreadable": list(self.unreadable),
        }
