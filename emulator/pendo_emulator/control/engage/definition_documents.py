"""Reads the definitions that a user gives: pages by URL, features by selector, and documents of other kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.common.safe_text import visible
from pendo_emulator.engage.sources.definitions import FEATURE, PAGE, definition, feature, page
from pendo_emulator.engage.sources.selectors import UnknownSelectorError, check_selector
from pendo_emulator.engage.store.segments import object_id
from pendo_emulator.errors import EmulatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# The kinds of a document's lists, as the Engage API names them.
KINDS: Final[Mapping[str, str]] = {
    "pages": PAGE, "features": FEATURE, "guides": "guide", "reports": "report", "groups": "group",
}  # fmt: skip
MAX_DEFINITIONS: Final = 10_000
_PENDO_KINDS: Final = {"guide": "Guide", "report": "Report", "group": "Group"}


class WrongDefinitionError(EmulatorError):
    """A definition that cannot be used; the text has the JSON pointer of its place."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(f"{visible(pointer) or 'the document'}: {visible(message, 300)}")


def read_definitions(document: Any, now: int) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the documents of definitions by kind and id; raise WrongDefinitionError for a document that is none.

    `now` is the time of creation of definitions that do not name it. Kinds that the document lacks are left out.
    """
    if type(document) is not dict:
        raise WrongDefinitionError("", f"definitions are an object with {', '.join(KINDS)}")
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name, definitions in document.items():
        if name not in KINDS:
            near = nearest(name, list(KINDS))
            hint = f"did you mean {near}?" if near else f"known lists are {', '.join(KINDS)}"
            raise WrongDefinitionError(f"/{name}", f"unknown list; {hint}")
        if type(definitions) is not list or len(definitions) > MAX_DEFINITIONS:
            raise WrongDefinitionError(f"/{name}", f"must be a list of at most {MAX_DEFINITIONS:,} definitions")
        read = _READERS.get(KINDS[name], _read_other(KINDS[name]))
        documents = [read(one, f"/{name}/{place}", now) for place, one in enumerate(definitions)]
        found[KINDS[name]] = {one["id"]: one for one in documents}
    return found


def _read_page(value: Any, pointer: str, now: int) -> dict[str, Any]:
    name, id_ = _read_name(value, pointer)
    rules = _texts(value, "rules", pointer)
    return page(name, rules, now, id_) | _others(value, {"name", "id", "rules"})


def _read_feature(value: Any, pointer: str, now: int) -> dict[str, Any]:
    name, id_ = _read_name(value, pointer)
    selectors = _texts(value, "selectors", pointer)
    for place, selector in enumerate(selectors):
        try:
            check_selector(selector)
        except UnknownSelectorError as error:
            raise WrongDefinitionError(f"{pointer}/selectors/{place}", str(error)) from error
    page_id = value.get("pageId", "")
    if type(page_id) is not str:
        raise WrongDefinitionError(f"{pointer}/pageId", "must be the id of a page")
    return feature(name, selectors, now, id_, page_id) | _others(value, {"name", "id", "selectors", "pageId"})


def _read_other(kind: str) -> Callable[[Any, str, int], dict[str, Any]]:
    def read(value: Any, pointer: str, now: int) -> dict[str, Any]:
        name, id_ = _read_name(value, pointer)
        base = definition(_PENDO_KINDS[kind], id_ or object_id(kind, name), name, now)
        return base | _others(value, {"name", "id"})

    return read


_READERS: Final = {PAGE: _read_page, FEATURE: _read_feature}


def _read_name(value: Any, pointer: str) -> tuple[str, str | None]:
    name, id_ = (value.get("name"), value.get("id")) if type(value) is dict else (None, None)
    if type(name) is not str or not name:
        raise WrongDefinitionError(pointer, "a definition is an object with a name")
    if id_ is not None and (type(id_) is not str or not id_):
        raise WrongDefinitionError(f"{pointer}/id", "an id is a non-empty string")
    return name, id_


def _texts(value: Any, name: str, pointer: str) -> list[str]:
    texts = value.get(name)
    if type(texts) is not list or not texts or not all(type(text) is str and text for text in texts):
        raise WrongDefinitionError(f"{pointer}/{name}", "must be a list of non-empty strings")
    return texts


def _others(value: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    """Return the further members, which replace those that the emulator makes up."""
    return {name: member for name, member in value.items() if name not in known}
