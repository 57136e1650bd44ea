"""Reads profiles from a running emulator or from a store, as the JSON of the control API."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import click

from pendo_contracts.common.loopback import bypass_proxies
from pendo_contracts.common.safe_text import visible
from pendo_emulator.addresses import CONTROL_PREFIX
from pendo_emulator.errors import EmulatorError

if TYPE_CHECKING:
    import requests

    from pendo_emulator.commands.profile_commands.options import ProfileQuestion
    from pendo_emulator.profiles.profile import Kind
    from pendo_emulator.recorder.recorder import Recorder

UNREACHABLE: Final = 3

# In seconds: how long the emulator derives before it answers, and how long to wait for the answer.
_TIMEOUT: Final = 60
_ANSWER_TIMEOUT: Final = _TIMEOUT + 10
_NO_KEY: Final = "-"


class NoAnswerError(click.ClickException):
    """An emulator that does not answer; the text says what to do."""

    exit_code = UNREACHABLE


def read_profiles(question: ProfileQuestion, kind: Kind) -> dict[str, Any] | None:
    """Return the answer to a question, None if there is no profile with the id.

    Raises click.UsageError for a wrong option, and NoAnswerError.
    """
    return _read_store(question, kind) if question.store else _ask(question, kind)


def _ask(question: ProfileQuestion, kind: Kind) -> dict[str, Any] | None:
    import requests  # noqa: PLC0415 - 80 ms that --help does not need

    exceptions = requests.exceptions
    try:
        with requests.Session() as session:
            bypass_proxies(session, question.url)
            if question.token:
                session.headers["Authorization"] = f"Bearer {question.token}"
            api_key = question.api_key or _only_key(list(_get(session, question, "keys", {}) or {}))
            path = f"keys/{quote(api_key, safe='')}/{kind}s"
            if question.id is not None:
                return _get(session, question, f"{path}/{quote(question.id, safe='')}", {"timeout": _TIMEOUT})
            sort = "latest" if question.latest else "id"
            page = {"search": question.search, "sort": sort, "limit": question.limit, "timeout": _TIMEOUT}
            return _get(session, question, path, page)
    except (exceptions.InvalidSchema, exceptions.InvalidURL, exceptions.MissingSchema) as error:
        raise click.UsageError(f"{question.url!r} is not a URL: write it like http://127.0.0.1:8080") from error
    except requests.RequestException as error:
        message = f"no emulator answers at {question.url}: start one with `pendo-emulator serve`"
        raise NoAnswerError(message) from error


def _get(
    session: requests.Session, question: ProfileQuestion, path: str, parameters: dict[str, Any]
) -> dict[str, Any] | None:
    address = f"{question.url.rstrip('/')}{CONTROL_PREFIX}/{path}"
    answer = session.get(address, params=parameters, timeout=_ANSWER_TIMEOUT, allow_redirects=False)
    document = answer.json()
    if answer.ok and isinstance(document, dict):
        return document
    title = document.get("title") if isinstance(document, dict) else None
    if answer.status_code == 404 and title and "index" not in document:
        return None
    message = f"the emulator at {question.url} answered {answer.status_code}: {visible(str(title or 'no JSON'))}"
    raise NoAnswerError(message) if answer.status_code >= 500 else click.UsageError(message)


def _read_store(question: ProfileQuestion, kind: Kind) -> dict[str, Any] | None:
    from pathlib import Path  # noqa: PLC0415 - only a store needs these

    from pendo_emulator.recorder.recorder import Recorder  # noqa: PLC0415 - the same
    from pendo_emulator.storage.store import Store  # noqa: PLC0415 - the same

    store = question.store or ""
    if "://" not in store and not Path(store).is_file():
        raise click.UsageError(f"there is no store {store!r}")
    try:
        with closing(Recorder(Store(store), shared=True)) as recorder:
            return _read_recorder(recorder, question, kind)
    except EmulatorError as error:
        raise click.UsageError(str(error)) from error


def _read_recorder(recorder: Recorder, question: ProfileQuestion, kind: Kind) -> dict[str, Any] | None:
    from pendo_emulator.profiles.profiles import Selection  # noqa: PLC0415 - only a store needs it

    recorded = recorder.keys()
    api_key = question.api_key or _only_key([key or _NO_KEY for key in recorded])
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


def _only_key(keys: list[str]) -> str:
    if len(keys) == 1:
        return keys[0]
    if not keys:
        raise click.UsageError("nothing is recorded yet: send something, or name the API key with --key")
    names = ", ".join(map(visible, sorted(keys)[:10]))
    raise click.UsageError(f"there are {len(keys):,} API keys: name one with --key, for example {names}")
