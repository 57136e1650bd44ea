"""Finds events that one version of a contract accepts and the other refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from pendo_contracts.contract_diff.contract_set import Broken, ContractSet, DiffContract
from pendo_contracts.contract_diff.goals import Budget, must_break, must_keep
from pendo_contracts.contract_diff.schema_node import Scope, UnknownReferenceError
from pendo_contracts.contract_diff.solver import Solver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

STEPS: Final = 60_000
MAX_SHOWN: Final = 20
GENERATED: Final = "generated"
# Confirmed events of one direction that show nothing new, before the search of a contract ends.
_MAX_REPEATED: Final = 400

Direction = Literal["breaking", "allowed"]


@dataclass(frozen=True)
class Evidence:
    """An event that one version accepts and the other refuses, and the constraint that refuses it."""

    contract: str
    direction: Direction
    event: Any
    source: str
    broken: Broken


@dataclass
class Difference:
    """The result for one contract; `undecided` says that its schemas differ in form and no event shows a difference."""

    contract: str
    evidence: list[Evidence] = field(default_factory=list)
    undecided: bool = False
    exhausted: bool = False
    left_off: int = 0


@dataclass
class Comparison:
    """The result for two versions; `notes` say what could not be used."""

    differences: list[Difference] = field(default_factory=list)
    compared: int = 0
    notes: list[str] = field(default_factory=list)

    def of_direction(self, direction: Direction) -> list[Evidence]:
        """Return the evidence of one direction, in the order of contracts."""
        return [one for difference in self.differences for one in difference.evidence if one.direction == direction]

    @property
    def breaks(self) -> bool:
        """Whether an event that the old version accepts is refused by the new one."""
        return bool(self.of_direction("breaking"))


@dataclass(frozen=True)
class Example:
    """An event of a recording: the contract that judges it, its place and its value."""

    contract: str
    source: str
    value: Any


def compare(
    old: ContractSet, new: ContractSet, examples: Iterable[Example] = (), *, seed: int = 0, steps: int = STEPS
) -> Comparison:
    """Compare two versions of contracts; each difference has an event that both versions have judged."""
    pairs = {name: _pair(old, new, name) for name in sorted({*old.contracts, *new.contracts})}
    findings = {name: _Collector(name, *pair) for name, pair in pairs.items()}
    for example in examples:
        if example.contract in findings:
            findings[example.contract].add(example.value, example.source)
    comparison = Comparison(compared=len(pairs))
    for collector in findings.values():
        difference = _search(collector, seed, steps)
        if difference.evidence or difference.undecided:
            comparison.differences.append(difference)
    return comparison


def _pair(old: ContractSet, new: ContractSet, name: str) -> tuple[DiffContract, DiffContract]:
    """Return the two versions of a contract; a missing contract accepts what its version accepts without one."""
    one, other = old.contracts.get(name), new.contracts.get(name)
    known = one or other
    if known is None:
        raise KeyError(name)
    return one or _missing(name, known, old), other or _missing(name, known, new)


def _missing(name: str, known: DiffContract, version: ContractSet) -> DiffContract:
    return DiffContract(name, f"{known.uri}.missing", version.accepts_others, Scope({}, known.scope.draft_07))


class _Collector:
    """Keeps the first event for each constraint and direction; it confirms every event with both versions."""

    def __init__(self, name: str, old: DiffContract, new: DiffContract) -> None:
        self.old, self.new = old, new
        self.difference = Difference(name)
        self._seen: set[tuple[str, str]] = set()

    def add(self, event: Any, source: str) -> bool:
        """Judge an event with both versions; return whether it shows something new."""
        accepted = (self.old.accepts(event), self.new.accepts(event))
        if accepted[0] == accepted[1]:
            return False
        direction: Direction = "breaking" if accepted[0] else "allowed"
        refusing = self.new if accepted[0] else self.old
        broken = {one.constraint: one for one in reversed(_broken(refusing, event))}
        news = [broken[name] for name in sorted(broken) if (direction, name) not in self._seen]
        if not news:
            return False
        self._seen.update((direction, one.constraint) for one in news)
        shown = sum(one.direction == direction for one in self.difference.evidence)
        for place, one in enumerate(news):
            if shown + place < MAX_SHOWN:
                self.difference.evidence.append(Evidence(self.difference.contract, direction, event, source, one))
            else:
                self.difference.left_off += 1
        return True


def _broken(contract: DiffContract, event: Any) -> Sequence[Broken]:
    if contract.schema is False:
        return [Broken(f"{contract.name}#", "", "this version has no contract for the event and refuses it")]
    return contract.broken(event) or [Broken(f"{contract.name}#", "", "the event is refused")]


def _search(collector: _Collector, seed: int, steps: int) -> Difference:
    old, new, difference = collector.old, collector.new, collector.difference
    if old.node.canonical() == new.node.canonical():
        return difference
    for keeping, breaking in ((old, new), (new, old)):
        budget = Budget(steps)
        repeated = 0
        for event in _differing(keeping, breaking, budget, seed):
            repeated = 0 if collector.add(event, GENERATED) else repeated + 1
            if repeated > _MAX_REPEATED:
                break
        difference.exhausted = difference.exhausted or budget.left < 0 or repeated > _MAX_REPEATED
    difference.undecided = not difference.evidence
    return difference


def _differing(keeping: DiffContract, breaking: DiffContract, budget: Budget, seed: int) -> Iterator[Any]:
    """Yield values that probably keep one contract and break the other."""
    return Solver(budget, seed).solve((must_keep(keeping.node), must_break(breaking.node)))


def check_references(contracts: Mapping[str, DiffContract]) -> list[str]:
    """Return a problem for each contract with a reference that points to nothing or that cannot be compiled."""
    problems = []
    for name, contract in contracts.items():
        try:
            contract.node.canonical()
            contract.accepts({})
        except (UnknownReferenceError, ValueError) as error:
            problems.append(f"{name}: {str(error).splitlines()[0]}")
    return problems
