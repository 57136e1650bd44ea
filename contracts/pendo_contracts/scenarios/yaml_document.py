"""Reads a YAML file as JSON values, and finds the line of each value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import yaml

from pendo_contracts.contract import from_pointer

MAX_BYTES: Final = 512 * 1024
MAX_DEPTH: Final = 100

_STARTS: Final = (
    yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken, yaml.BlockSequenceStartToken, yaml.BlockMappingStartToken,
)  # fmt: skip
_ENDS: Final = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)
# The loader in C takes a tenth of the time; not every installation of PyYAML has it.
_SAFE_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"


class YamlError(ValueError):
    """A text that is not YAML with the values of JSON; `line` counts from 1."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.message, self.line = message, line


class _Loader(_SAFE_LOADER):  # type: ignore[misc]
    """Reads dates as texts, because JSON has no dates."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the form of the base class
        first: [pair for pair in pairs if pair[0] != _TIMESTAMP]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The value of a YAML text, and its nodes with their lines."""

    value: Any
    root: Any

    def line(self, pointer: str) -> int:
        """Return the line of the value at a JSON Pointer, or of the last value on the way that exists."""
        node, mark = self.root, self.root.start_mark if self.root else None
        for step in from_pointer(pointer):
            if isinstance(node, yaml.MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == step), None)
                if pair is None:
                    break
                mark, node = pair[0].start_mark, pair[1]
            elif isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
                node = node.value[int(step)]
                mark = node.start_mark
            else:
                break
        return 1 if mark is None else int(mark.line) + 1


def read_yaml(text: str) -> YamlDocument:
    """Read a text; raise YamlError with a line if it is not YAML, or has aliases, repeated keys or other tags."""
    try:
        _check_tokens(text)
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
            _require_different_keys(root)
            value = loader.construct_document(root) if root else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(f"not YAML: {error.problem or error.context}", mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, YamlError):
            raise
        raise YamlError(f"not YAML: {str(error).splitlines()[0] or 'nested too deeply'}") from error
    return YamlDocument(value, root)


def _check_tokens(text: str) -> None:
    """Raise YamlError for aliases, which can make a small text huge, and for deep nesting, which takes long to read."""
    depth = 0
    for token in yaml.scan(text, Loader=_Loader):
        if isinstance(token, yaml.AliasToken):
            raise YamlError("aliases (*name) are not allowed: write the value itself", token.start_mark.line + 1)
        depth += isinstance(token, _STARTS) - isinstance(token, _ENDS)
        if depth > MAX_DEPTH:
            raise YamlError(f"nested more than {MAX_DEPTH} levels deep", token.start_mark.line + 1)


def _require_different_keys(root: Any) -> None:
    """Raise YamlError for an object with the same key twice, of which YAML would drop the first."""
    waiting = [root] if root else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            seen = set[str]()
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise YamlError("a key must be a text", key.start_mark.line + 1)
                if key.value in seen:
                    raise YamlError(f"the key `{key.value}` is there twice: remove one", key.start_mark.line + 1)
                seen.add(key.value)
                waiting.append(value)
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
