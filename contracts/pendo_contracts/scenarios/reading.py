"""Reads scenario files: `read_scenario` returns a Scenario, or raises ScenarioError with every problem and its line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import counted, visible
from pendo_contracts.contract import load_contract, to_pointer
from pendo_contracts.keyword_explanations import explain
from pendo_contracts.rules.rule_settings import RuleSettingsError, find_rule
from pendo_contracts.scenarios.scenario import (
    DEFAULT_CLOCK,
    Block,
    Expectation,
    PageSettings,
    Scenario,
    Step,
)
from pendo_contracts.scenarios.yaml_document import MAX_BYTES, YamlDocument, YamlError, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import jsonschema
    from jsonschema.exceptions import ValidationError

MAX_LISTED: Final = 20

_SCHEMA: Final = Path(__file__).with_name("scenario.schema.json")


@dataclass(frozen=True, slots=True)
class ScenarioProblem:
    """One problem of a scenario file: `place` is `FILE:LINE`."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{visible(self.place)}: {visible(self.message)}"


class ScenarioError(ValueError):
    """A scenario file that cannot be used; the text lists at most MAX_LISTED problems, one on a line."""

    def __init__(self, problems: Sequence[ScenarioProblem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:MAX_LISTED]]
        if further := len(self.problems) - len(lines):
            lines.append(f"and {counted(further, 'further problem')}")
        super().__init__("\n".join(lines))


def read_scenario(file: Path) -> Scenario:
    """Read a scenario file; its name is the file's name without the ending.

    Raises ScenarioError with every problem, its line and what to do; also if the file cannot be read.
    """
    try:
        data = file.read_bytes()[: MAX_BYTES + 1]
    except OSError as error:
        raise ScenarioError([ScenarioProblem(str(file), f"cannot be read: {error.strerror}")]) from error
    return parse_scenario(data, str(file), file.name.removesuffix(".yaml").removesuffix(".yml"))


def parse_scenario(data: bytes, place: str, name: str) -> Scenario:
    """Read the bytes of a scenario file; `place` is its name in error messages, `name` that of the scenario.

    Raises ScenarioError.
    """
    if len(data) > MAX_BYTES:
        raise ScenarioError([ScenarioProblem(place, f"larger than {MAX_BYTES:,} bytes: a scenario is a small file")])
    try:
        document = read_yaml(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ScenarioError([ScenarioProblem(place, f"not UTF-8 at byte {error.start}: save it as UTF-8")]) from error
    except YamlError as error:
        raise ScenarioError([ScenarioProblem(f"{place}:{error.line}", error.message)]) from error
    problems = sorted(dict.fromkeys(_problems(document.value)), key=lambda problem: document.line(problem[0]))
    if problems:
        raise ScenarioError([_located(document, place, *problem) for problem in problems])
    return _scenario(document.value, name)


def _located(document: YamlDocument, place: str, pointer: str, message: str) -> ScenarioProblem:
    return ScenarioProblem(f"{place}:{document.line(pointer)}", f"{pointer.lstrip('/') or 'the file'}: {message}")


@cache
def _validator() -> jsonschema.Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms of start-up time

    return Draft202012Validator(json.loads(_SCHEMA.read_text("utf-8")))


def _problems(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the JSON Pointer and the text of every problem."""
    broken = False
    for error in _validator().iter_errors(value):
        broken = True
        yield _explained(error)
    if broken:
        return
    for name in ("subscription", "faults"):
        for violation in load_contract(name).violations(value[name]) if name in value else ():
            yield f"/{name}{violation.pointer}", f"{violation.message}; {violation.fix}"
    for place, rule in enumerate(value["expect"].get("findings", ())):
        try:
            if "#" not in rule:  # a constraint of a schema has the name `CONTRACT#POINTER`
                find_rule(rule)
        except RuleSettingsError as error:
            yield f"/expect/findings/{place}", str(error)
    if value["expect"].get("certainty") == "possible" and "possible" not in value:
        yield "/expect/certainty", "a possible cause needs the member `possible`, which says what is not proved"
    if value.get("through", []) and value.get("browser"):
        yield "/browser", "the browser runs scenarios with Pendo's own snippet only; remove `browser` or `through`"


def _explained(error: ValidationError) -> tuple[str, str]:
    pointer = to_pointer(error.absolute_path)
    schema: Any = error.schema
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = list(schema.get("properties", {}))
        extra = next(name for name in error.instance if name not in known)
        near = nearest(str(extra), known)
        hint = f"did you mean `{near}`?" if near else f"the members are {', '.join(known)}"
        return f"{pointer}{to_pointer([extra])}", f"unknown member `{extra}`; {hint}"
    message, fix = explain(str(error.validator), error.validator_value, error.instance)
    return pointer, f"{message}; {fix.replace('send ', 'write ', 1)}"


def _scenario(value: dict[str, Any], name: str) -> Scenario:
    expect = value["expect"]
    texts = {member: value[member].strip() for member in ("title", "symptom", "why", "see", "fix")}
    return Scenario(
        name,
        **texts,
        expect=Expectation(
            expect["cause"],
            expect.get("certainty", "proved"),
            tuple(expect.get("findings", ())),
            expect.get("facts", {}),
        ),
        steps=tuple(Step(kind, argument) for step in value["steps"] for kind, argument in step.items()),
        source=value.get("source", "").strip(),
        possible=value.get("possible", "").strip(),
        through=tuple(value.get("through", ())),
        settings=value.get("settings", {}),
        page=PageSettings(**({"snippet": not value.get("through")} | value.get("page", {}))),
        subscription=value.get("subscription", {}),
        faults=tuple(value.get("faults", ())),
        blocked=tuple(Block(**block) for block in value.get("blocked", ())),
        clock=_milliseconds(value["clock"]) if "clock" in value else DEFAULT_CLOCK,
        browser=value.get("browser", False),
        document=value,
    )


def _milliseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)
