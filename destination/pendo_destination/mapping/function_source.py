"""The source text of a generated function, and the objects to which its names refer.

Generated code contains only names of ours, and constants as `repr` quotes them. Every other object is bound to a name.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from pendo_contracts.common.javascript_numbers import SAFE_INTEGER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_INDENT: Final = "    "
_LITERAL_TYPES: Final = frozenset({str, bool, type(None)})


class FunctionSource:
    """A generated function with one parameter, written statement by statement.

    `names` are the objects that the code uses by fixed names; `bind` adds others, with their `meanings`. Code gets the
    name of the parameter from `parameter_for` or `whole_parameter`, so that `paths` has every path that it reads;
    with `reads_all` it can read all members.
    """

    def __init__(self, parameter: str, names: Mapping[str, Any]) -> None:
        self.paths: set[tuple[str, ...]] = set()
        self.reads_all = False
        self.bound: dict[str, Any] = {}
        self.meanings: dict[str, str] = {}
        self._parameter = parameter
        self._names = names
        self._lines = [f"def resolve({parameter}):"]
        self._depth = 1
        self._counts: Counter[str] = Counter()

    def parameter_for(self, path: tuple[str, ...]) -> str:
        """Return the name of the parameter, for code that reads only the value at a path of keys in it."""
        self.paths.add(path)
        return self._parameter

    def whole_parameter(self) -> str:
        """Return the name of the parameter, for code that can read any of its members."""
        self.reads_all = True
        return self._parameter

    def new_name(self, kind: str) -> str:
        """Return an unused name: the kind and a number."""
        self._counts[kind] += 1
        return f"{kind}_{self._counts[kind]}"

    def bind(self, kind: str, value: Any, meaning: str = "") -> str:
        """Return a new name that refers to an object; `meaning` explains the name to a reader of the code."""
        name = self.new_name(kind)
        self.bound[name] = value
        self.meanings[name] = meaning or repr(value)
        return name

    def constant(self, value: Any) -> str:
        """Return the expression of a constant: a literal for text, true, false, null and integers, or a bound name."""
        if type(value) in _LITERAL_TYPES or (type(value) is int and abs(value) <= SAFE_INTEGER):
            return repr(value)
        return self.bind("constant", value)

    def write(self, statement: str) -> None:
        """Add a statement."""
        self._lines.append(_INDENT * self._depth + statement)

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Add the header of a block; statements inside the context are the block's body."""
        self.write(header)
        self._depth += 1
        yield
        self._depth -= 1

    @property
    def text(self) -> str:
        """The source text of the function."""
        return "\n".join(self._lines)

    def compile(self) -> Callable[[Any], Any]:
        """Compile the function."""
        namespace: dict[str, Any] = {**self._names, **self.bound}
        exec(self.text, namespace)  # noqa: S102 - constants are quoted by repr, the names are ours
        function: Callable[[Any], Any] = namespace["resolve"]
        return function
