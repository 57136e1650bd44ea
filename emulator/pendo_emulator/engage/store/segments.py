"""The segments of an API key and their members, in the objects of the Engage API."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha1
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pendo_emulator.engage.store.objects import EngageObjects

SEGMENT: Final = "segment"
_MEMBERS: Final = "segment-members"


class Segments:
    """The segments of one API key; every method raises StoreError if the store cannot be used.

    The members are apart from the segment, so that lists of segments do not read them; with them is the time of the
    last upload. `now` returns the time in milliseconds since 1970.
    """

    def __init__(self, objects: EngageObjects, api_key: str, now: Callable[[], int]) -> None:
        self._objects, self._api_key, self._now = objects, api_key, now

    def all(self) -> list[dict[str, Any]]:
        """Return the segments, ordered by id."""
        return list(self._objects.all(self._api_key, SEGMENT).values())

    def get(self, id_: str) -> dict[str, Any] | None:
        """Return a segment, None if there is none."""
        return self._objects.get(self._api_key, SEGMENT, id_)

    def members(self, id_: str) -> list[str]:
        """Return the ids of the visitors in a segment, in the order in which they were added."""
        document = self._objects.get(self._api_key, _MEMBERS, id_)
        return list(document["visitors"]) if document else []

    def uploaded_at(self, id_: str) -> int:
        """Return when a client last uploaded the visitors of a segment, 0 if none did."""
        document = self._objects.get(self._api_key, _MEMBERS, id_)
        return int(document.get("uploadedAt", 0)) if document else 0

    def create(self, name: str, visitors: Iterable[str]) -> dict[str, Any]:
        """Create a segment; its id follows from its name and from the number of segments with the same name."""
        namesakes = sum(one.get("name") == name for one in self.all())
        id_ = object_id(SEGMENT, name if not namesakes else f"{name}\0{namesakes}")
        while self.get(id_) is not None:  # a segment with the same name was deleted
            namesakes += 1
            id_ = object_id(SEGMENT, f"{name}\0{namesakes}")
        now = self._now()
        document = {
            "id": id_, "name": name, "kind": "Segment", "shared": True, "createdByApi": True, "definition": None,
            "pipeline": None, "dependentMetadata": [], "createdAt": now, "lastUpdatedAt": now, "rootVersionId": id_,
            "stableVersionId": id_,
        }  # fmt: skip
        self._upload(id_, visitors, now)
        self._objects.put(self._api_key, SEGMENT, id_, document)
        return document

    def rename(self, id_: str, name: str) -> None:
        """Rename a segment."""
        self._update(id_, name=name)

    def replace_members(self, id_: str, visitors: Iterable[str]) -> None:
        """Replace the members of a segment."""
        self._upload(id_, visitors, self._now())
        self._update(id_)

    def change_members(self, id_: str, change: Callable[[dict[str, None]], object]) -> int:
        """Change the members of a segment, given as an ordered set; return how many there are then."""

        def changed(document: dict[str, Any] | None) -> dict[str, Any]:
            members = dict.fromkeys(document["visitors"] if document else ())
            change(members)
            return {**(document or {}), "visitors": list(members)}

        after = self._objects.change(self._api_key, _MEMBERS, id_, changed)
        self._update(id_)
        return len(after["visitors"]) if after else 0

    def delete(self, id_: str) -> None:
        """Delete a segment and its members."""
        self._objects.delete(self._api_key, SEGMENT, id_)
        self._objects.delete(self._api_key, _MEMBERS, id_)

    def _upload(self, id_: str, visitors: Iterable[str], now: int) -> None:
        document = {"visitors": list(dict.fromkeys(visitors)), "uploadedAt": now}
        self._objects.put(self._api_key, _MEMBERS, id_, document)

    def _update(self, id_: str, **members: str) -> None:
        changed = {**members, "lastUpdatedAt": self._now()}
        self._objects.change(self._api_key, SEGMENT, id_, lambda segment: segment and {**segment, **changed})


def object_id(*names: str) -> str:
    """Return an id in Pendo's form: 27 characters of URL-safe base64 (observed), here made of a hash (assumed)."""
    digest = sha1("\0".join(names).encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
