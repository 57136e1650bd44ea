"""The scenarios of the project: their names and files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pendo_contracts.common.name_suggestion import nearest
from pendo_contracts.scenarios.reading import ScenarioError, ScenarioProblem, read_scenario

if TYPE_CHECKING:
    from pendo_contracts.scenarios.scenario import Scenario

ENDINGS: Final = (".yaml", ".yml")

_PACKAGED: Final = Path(__file__).with_name("files")
_REPOSITORY: Final = Path(__file__).parents[3] / "fixtures/scenarios"


def folder() -> Path:
    """Return the folder of the project's scenarios: in an installed package, or in the repository."""
    return _PACKAGED if _PACKAGED.is_dir() else _REPOSITORY


@cache
def scenario_names() -> tuple[str, ...]:
    """Return the names of the project's scenarios, in alphabetical order."""
    return tuple(sorted(file.stem for file in folder().glob("*.yaml")))


def find_scenario(name: str) -> Scenario:
    """Read the scenario with a name, or in a file; a name with a `/` or the ending of YAML is a file.

    Raises ScenarioError for an unknown name, with a similar one, and for a file that cannot be used.
    """
    path = Path(name)
    if path.suffix in ENDINGS or "/" in name or path.is_file():
        return read_scenario(path)
    if name not in scenario_names():
        near = nearest(name, scenario_names())
        hint = f"did you mean {near}?" if near else "`pendo-destination scenario list` names all"
        raise ScenarioError([ScenarioProblem(name, f"no scenario has this name, and no file; {hint}")])
    return read_scenario(folder() / f"{name}.yaml")
