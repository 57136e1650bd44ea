"""Loads the two versions of contracts: a folder, a JSON Schema or a plan; from disk or from a git revision."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.safe_text import cut
from pendo_contracts.contract_diff.contract_set import ContractSet, DiffContract, make_contract_set
from pendo_contracts.contract_diff.difference import check_references
from pendo_contracts.contract_diff.git_revision import read_revision
from pendo_contracts.plans.json_text import read_json
from pendo_contracts.plans.loading import load_plan, read_text
from pendo_contracts.plans.plan import is_draft_07
from pendo_contracts.plans.plan_errors import PlanError

if TYPE_CHECKING:
    from pendo_contracts.plans.plan import Plan

_SUFFIX: Final = ".schema.json"
_PLAN_MEMBERS: Final = ("version", "events", "rules", "data", "visitor", "account", "parent_account")
_SCHEMA_MEMBERS: Final = ("$schema", "$id", "type", "properties", "allOf", "anyOf", "oneOf", "$ref", "enum", "const")


class UnreadableContractError(ValueError):
    """A version of contracts that cannot be read; the text says where and what to do."""


def load_versions(old: str, new: str) -> tuple[ContractSet, ContractSet]:
    """Return the contracts of OLD and NEW; raise UnreadableContractError for one that cannot be read.

    OLD is a path, or else a git revision of the path NEW, or REVISION:PATH.
    """
    new_set = load_path(Path(new), new)
    if Path(old).exists():
        old_set = load_path(Path(old), old)
    else:
        with TemporaryDirectory() as folder:
            try:
                old_set = load_path(read_revision(old, Path(new), Path(folder)), old)
            except ValueError as error:
                raise UnreadableContractError(str(error).replace(folder, cut(old, 100))) from error
    if len(old_set.contracts) == len(new_set.contracts) == 1 and Path(new).is_file():
        old_set = _renamed(old_set, next(iter(new_set.contracts)))
    return old_set, new_set


def _renamed(version: ContractSet, name: str) -> ContractSet:
    """Return the version with its only contract under another name: two files are compared whatever their names are."""
    contract = next(iter(version.contracts.values()))
    if contract.name.startswith("plan:") or name.startswith("plan:"):
        return version
    renamed = DiffContract(name, contract.uri, contract.schema, contract.scope)
    return ContractSet(version.place, {name: renamed}, version.accepts_others)


def load_path(path: Path, place: str) -> ContractSet:
    """Return the contracts of a folder of JSON Schemas, of one JSON Schema or of a plan."""
    try:
        if path.is_dir():
            version = _load_folder(path, place)
        elif path.suffix.lower() == ".csv":
            version = _from_plan(load_plan(path), place)
        else:
            version = _load_file(path, place)
    except PlanError as error:
        raise UnreadableContractError(str(error)) from error
    if problems := check_references(version.contracts):
        raise UnreadableContractError(f"{place}: {'; '.join(problems[:10])}; correct the schema")
    return version


def _load_folder(folder: Path, place: str) -> ContractSet:
    files = sorted(file for file in folder.rglob("*.json") if file.is_file())
    if not files:
        raise UnreadableContractError(f"{place} has no file *.json; give a folder of JSON Schemas")
    documents = {file: read_json(read_text(file), str(file)) for file in files}
    schemas: dict[str, Any] = {}
    for file, document in documents.items():
        if not isinstance(document, dict | bool):
            raise UnreadableContractError(f"{file} is not a JSON Schema; write an object")
        name = file.name.removesuffix(".json").removesuffix(".schema")
        if name in schemas:
            name = file.relative_to(folder).as_posix().removesuffix(".json").removesuffix(".schema")
        schemas[name] = document
    return make_contract_set(place, schemas, draft_07=any(is_draft_07(document) for document in schemas.values()))


def _load_file(path: Path, place: str) -> ContractSet:
    document = read_json(read_text(path), str(path))
    if isinstance(document, dict | list) and not _is_schema(document):
        return _from_plan(load_plan(path), place)
    if not isinstance(document, dict | bool):
        raise UnreadableContractError(f"{place} is not a JSON Schema or a plan; write an object")
    name = path.name.removesuffix(".json").removesuffix(".schema")
    schemas = {name: document}
    if not is_draft_07(document):
        siblings = (file for file in sorted(path.parent.parent.glob(f"*/*{_SUFFIX}")) if path.name.endswith(_SUFFIX))
        for file in siblings:
            if file != path and file.name != path.name:
                schemas[file.name.removesuffix(_SUFFIX)] = read_json(read_text(file), str(file))
    version = make_contract_set(place, schemas, draft_07=is_draft_07(document))
    return ContractSet(place, {name: version.contracts[name]})


def _is_schema(document: Any) -> bool:
    if not isinstance(document, dict):
        return False
    if any(name in document for name in _SCHEMA_MEMBERS):
        return True
    return not any(name in document for name in _PLAN_MEMBERS)


def _from_plan(plan: Plan, place: str) -> ContractSet:
    """Return the contracts of a plan: one for the properties of each event and one for each metadata object."""
    planned = {schema.contract: schema.document for schema in (*plan.events.values(), *plan.objects.values())}
    contracts: dict[str, DiffContract] = {}
    for name, document in planned.items():
        alone = make_contract_set(place, {name: document}, draft_07=is_draft_07(document))
        contracts[name] = alone.contracts[name]
    return ContractSet(place, contracts, accepts_others=plan.unplanned_events != "error")
