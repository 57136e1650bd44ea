"""Capsule: a redacted recording with everything that reproduces its problem."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.commands.lazy_command_group import DISTRIBUTION
from pendo_contracts.contract import BrokenDocumentError
from pendo_contracts.recordings.opening import is_store
from pendo_contracts.rules.rule_settings import RuleSettings, read_rule_settings
from pendo_emulator.capsule.archive import CapsuleError, pack, unpack
from pendo_emulator.capsule.observed_faults import observe_faults
from pendo_emulator.capsule.recording_redactor import CAPTURE_NAME, HAR_NAME, redact_recording, write_capture
from pendo_emulator.capsule.texts import DROPPED, README, TEST
from pendo_emulator.capsule.verdict import Verdict, differences, judge_recording, verdict_from_json
from pendo_emulator.faults.fault import read_faults
from pendo_emulator.report.inspection_page import inspections_as_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendo_emulator.capsule.recording_redactor import RedactedRecording
    from pendo_emulator.inspection.inspection import Inspection

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
EXPECTED: Final = "expected.json"
SETTINGS: Final = "settings.json"
FAULTS: Final = "faults.json"
PAGE: Final = "inspection.html"
SCENARIO: Final = "scenario.yaml"
TEST_NAME: Final = "test_capsule.py"

_FIXED: Final = {"README.txt": README, TEST_NAME: TEST}
_RECORDINGS: Final = (HAR_NAME, CAPTURE_NAME)
_REQUIRED: Final = (MANIFEST, EXPECTED, SETTINGS, FAULTS, PAGE, *_FIXED)
_NAMES: Final = frozenset({*_REQUIRED, *_RECORDINGS, SCENARIO})
_MEGABYTE: Final = 1024 * 1024
_SIZES: Final = {
    MANIFEST: 8 * _MEGABYTE, EXPECTED: 64 * _MEGABYTE, SETTINGS: _MEGABYTE, FAULTS: _MEGABYTE, SCENARIO: _MEGABYTE,
    PAGE: 64 * _MEGABYTE, **dict.fromkeys(_FIXED, _MEGABYTE),
}  # fmt: skip
_MAX_SHOWN: Final = 20
_POLICY: Final = re.compile(
    rb"""http-equiv="Content-Security-Policy" content="default-src (?:'|&#39;)none(?:'|&#39;);"""
)


class NotReproducedError(ValueError):
    """A recording that shows something else after its redaction; `found` are the differences."""

    def __init__(self, found: list[str]) -> None:
        super().__init__("; ".join(found[:_MAX_SHOWN]))
        self.found = found


@dataclass(frozen=True, slots=True)
class Capsule:
    """The content of a capsule.

    `kept` are the values that the redaction kept, each with its reason. `scenario` is the text of a scenario, ""
    without one. `faults` are the faults that the answers in the recording show.
    """

    recording_name: str
    recording: bytes
    settings: RuleSettings
    rules: Mapping[str, Any]
    faults: tuple[Mapping[str, Any], ...]
    expected: Verdict
    kept: Mapping[str, str]
    program: str
    entries: int
    scenario: str = ""

    def judge(self) -> tuple[Verdict, Inspection]:
        """Return the verdict of this program on the recording."""
        with TemporaryDirectory(prefix="pendo-capsule-") as folder:
            file = Path(folder) / self.recording_name
            file.write_bytes(self.recording)
            return judge_recording(file, self.settings)

    def changes(self) -> list[str]:
        """Return what differs from the expected verdict; [] if the problem is reproduced."""
        return differences(self.expected, self.judge()[0])


def make_capsule(
    recording: Path, key: bytes | None = None, rules: Mapping[str, Any] | None = None, scenario: str = ""
) -> bytes:
    """Return the capsule of a recording, as the bytes of its file.

    `rules` are the settings of the rules as in a settings file. The same key gives the same pseudonyms; without one the
    key is random. Raises OSError and RecordingError as `redact_recording`, NotReproducedError if the redacted recording
    shows other findings or causes, and CapsuleError for a scenario that contains a value of the recording.
    """
    settings = read_rule_settings(rules or {})
    if is_store(recording):
        with TemporaryDirectory(prefix="pendo-capsule-") as folder:
            capture = Path(folder) / CAPTURE_NAME
            write_capture(recording, capture)
            return make_capsule(capture, key, rules, scenario)
    before, _ = judge_recording(recording, settings)
    redacted = redact_recording(recording, key)
    if found := next((value for value in redacted.replaced if len(value) >= 5 and value in scenario), ""):
        raise CapsuleError(f"the scenario contains {found!r}, which the recording contains too: replace it first")
    with TemporaryDirectory(prefix="pendo-capsule-") as folder:
        file = Path(folder) / redacted.name
        file.write_bytes(redacted.data)
        expected, inspection = judge_recording(file, settings)
        faults = observe_faults(file)
    if changed := differences(before, expected):
        raise NotReproducedError(changed)
    files = {
        redacted.name: redacted.data,
        EXPECTED: _json(expected.to_json()),
        SETTINGS: _json({"rules": dict(rules or {})}),
        FAULTS: _json(list(faults)),
        PAGE: inspections_as_html([inspection]).encode(),
        **{name: text.encode() for name, text in _FIXED.items()},
        **({SCENARIO: scenario.encode()} if scenario else {}),
    }
    return pack({MANIFEST: _json(_manifest(redacted, expected, files)), **files})


def _manifest(redacted: RedactedRecording, expected: Verdict, files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "program": f"{DISTRIBUTION} {version(DISTRIBUTION)}",
        "recording": redacted.name,
        "entries": redacted.entries,
        "cause": expected.cause,
        "files": {name: sha256(data).hexdigest() for name, data in sorted(files.items())},
        "dropped": list(DROPPED),
        "kept": dict(sorted(redacted.kept.items())),
    }


def read_capsule(file: Path) -> Capsule:
    """Read a capsule; raise OSError if the file cannot be opened, and CapsuleError if it is refused.

    Nothing in the capsule is executed, and nothing is written.
    """
    files = unpack(file, _NAMES, _SIZES)
    if MANIFEST not in files:
        raise CapsuleError(f"it has no {MANIFEST}")
    manifest = _read_json(files, MANIFEST)
    _check_manifest(manifest, files)
    settings = _read_json(files, SETTINGS)
    rules = settings.get("rules") if isinstance(settings, dict) else None
    faults = _read_json(files, FAULTS)
    try:
        read_faults(faults)
        return Capsule(
            manifest["recording"], files[manifest["recording"]], read_rule_settings(rules), rules or {}, tuple(faults),
            verdict_from_json(_read_json(files, EXPECTED)), manifest["kept"], manifest["program"], manifest["entries"],
            files.get(SCENARIO, b"").decode(),
        )  # fmt: skip
    except (BrokenDocumentError, ValueError) as error:
        raise CapsuleError(str(error)) from error


def _check_manifest(manifest: Any, files: Mapping[str, bytes]) -> None:
    """Raise CapsuleError unless the manifest has the known format, and the digests of exactly these files."""
    if not isinstance(manifest, dict) or type(number := manifest.get("format")) is not int:
        raise CapsuleError(f"{MANIFEST} is not that of a capsule")
    if number > FORMAT:
        raise CapsuleError(
            f"its format is {number}, and this program reads formats up to {FORMAT}: use a newer program"
        )
    if number < 1:
        raise CapsuleError(f"there is no format {number}")
    if not _is_complete(manifest):
        raise CapsuleError(f"{MANIFEST} is not complete")
    if missing := [name for name in (*_REQUIRED, manifest["recording"]) if name not in files]:
        raise CapsuleError(f"the file {missing[0]} is missing")
    if all(name in files for name in _RECORDINGS):
        raise CapsuleError("it has two recordings")
    for name, data in files.items():
        if name != MANIFEST and manifest["files"].get(name) != sha256(data).hexdigest():
            raise CapsuleError(f"the file {name} is not the one that {MANIFEST} describes")
    _check_harmless(files)


def _is_complete(manifest: Mapping[str, Any]) -> bool:
    kept = manifest.get("kept")
    return (
        isinstance(manifest.get("files"), dict)
        and isinstance(kept, dict)
        and all(isinstance(reason, str) for reason in kept.values())
        and manifest.get("recording") in _RECORDINGS
        and isinstance(manifest.get("program"), str)
        and type(manifest.get("entries")) is int
    )


def _check_harmless(files: Mapping[str, bytes]) -> None:
    """Raise CapsuleError for a test or a page that could do something else than those of this program."""
    for name, text in _FIXED.items():
        if files[name] != text.encode():
            raise CapsuleError(f"{name} is not the text that this program writes: it could do anything if you run it")
    if b"<script" in files[PAGE].lower() or not _POLICY.search(files[PAGE]):
        raise CapsuleError(f"{PAGE} contains a script, or no policy that forbids scripts")


def _read_json(files: Mapping[str, bytes], name: str) -> Any:
    try:
        return json.loads(files[name])
    except KeyError:
        raise CapsuleError(f"the file {name} is missing") from None
    except (ValueError, RecursionError) as error:
        raise CapsuleError(f"{name} is not JSON") from error


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1).encode() + b"\n"
