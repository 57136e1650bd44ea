"""Reads profiles from a running emulator or from a store, as the JSON of the control API."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import click

from pendo_contracts.common.safe_text import visible
from pendo_emulator.errors import EmulatorError

if TYPE_CHECKING:
    from pendo_emulator.commands.profile_commands.options import ProfileQuestion
    from pendo_emulator.profiles.profile import Kind
    from pendo_emulator.recorder.recorder import Recorder

# In seconds: how long the emulator derives before it answers; the client waits a little longer.
_TIMEOUT: Final = 25
_NO_KEY: Final = "-"


def read_profiles(question: ProfileQuestion, kind: Kind) -> dict[str, Any] | None:
    """Return the answer to a question, None if there is no profile with the id; raise a click error for a failure."""
    return _read_store(question, kind) if question.store else _ask(question, kind)


def _ask(question: ProfileQuestion, kind: Kind) -> dict[str, Any] | None:
    # This import takes 80 ms, which a store does not need.
    from pendo_emulator.commands._live.emulator_client import EmulatorClient, NotFoundError  # noqa: PLC0415

    client = EmulatorClient(question.emulator)
    api_key = question.api_key or only_key(list(client.get("keys")))
    path = f"keys/{quote(api_key, safe='')}/{kind}s"
    if question.id is not None:
        try:
            found: dict[str, Any] = client.get(f"{path}/{quote(question.id, safe='')}", timeout=_TIMEOUT)
        except NotFoundError:
            return None
        return found
    sort = "latest" if question.latest else "id"
    page: dict[str, Any] = client.get(path, search=question.search, sort=sort, limit=question.limit, timeout=_TIMEOUT)
    return page


def _read_store(question: ProfileQuestion, kind: Kind) -> dict[str, Any] | None:
    from pathlib import Path  # noqa: PLC0415 - only a store needs these

    from pendo_emulator.observability.log_setup import set_up_log  # noqa: PLC0415 - the same
    from pendo_emulator.recorder.recorder import Recorder  # noqa: PLC0415 - the same
    from pendo_emulator.storage.store import Store  # noqa: PLC0415 - the same

    store = question.store or ""
    if "://" not in store and not Path(store).is_file():
        raise click.UsageError(f"there is no store {store!r}")
    set_up_log()
    try:
        with closing(Recorder(Store(store), shared=True)) as recorder:
            return _read_recorder(recorder, question, kind)
    except EmulatorError as error:
        raise click.UsageError(str(error)) from error


def _read_recorder(recorder: Recorder, question: ProfileQuestion, kind: Kind) -> dict[str, Any] | None:
    from pendo_emulator.profiles.profiles import Selection  # noqa: PLC0415 - only a store needs it

    recorded = recorder.keys()
    api_key = question.api_key or only_key([key or _NO_KEY for key in recorded])
    api_key = "" if api_key == _NO_KEY else api_key
    profiles, forever = recorder.profiles, float("inf")
    if question.id is not None:
        read = profiles.visitor if kind == "visitor" else profiles.account
        found = read(api_key, question.id, forever)
        return found.to_json() if found else None
    selection = Selection(question.search, "latest" if question.latest else "id", None, question.limit)
    page = (profiles.visitors if kind == "visitor" else profiles.accounts)(api_key, selection, forever)
    return {
        f"{kind}s": [profile.summary() for profile in page.profiles],
        "count": profiles.count(api_key, kind),
        "next": f"{page.next[0]}:{page.next[1]}" if page.next else None,
    }


def only_key(keys: list[str]) -> str:
    """Return the only API key; raise a click error that names some of them if there are several."""
    if len(keys) == 1:
        return keys[0]
    if not keys:
        raise click.UsageError("nothing is recorded yet: send something, or name the API key with --api-key")
    names = ", ".join(map(visible, sorted(keys)[:10]))
    raise click.UsageError(f"there are {len(keys):,} API keys: name one with --api-key, for example {names}")
