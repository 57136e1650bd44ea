"""The same sequences of calls put to the real agent in Chromium and to ours: where their requests part."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import real
from comparison import compare, field
from known import KNOWN, LEFT_OUT
from sequences import SEQUENCES
from walks import draw

from pendo_destination.conformance.agent import play
from pendo_emulator.hosts.agent_script import NoAgentError, read_agent
from pendo_emulator.hosts.content import _stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from real import Pages

    from pendo_destination.conformance.agent import Case
    from pendo_destination.conformance.difference import Difference

SHOWN = 700
SUBJECTS: dict[str, Callable[[Sequence[Case]], list[Pages]]] = {
    "agent": lambda cases: [play(case) for case in cases],
    "stand-in": lambda cases: real.play(cases, _stand_in()),
}


def main() -> int:
    """Play all sequences with both and show where they part; exit code 1 if that is news, 2 without a real agent."""
    options = read_options()
    try:
        agent = read_agent(options.agent)
    except NoAgentError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    began = time.monotonic()
    every = [*SEQUENCES, *draw(options.seed, options.random)]
    cases = [case for case in every if options.only in case["id"] and not uses(case, LEFT_OUT[options.subject])]
    expected, got = real.play(cases, agent), SUBJECTS[options.subject](cases)
    known = KNOWN[options.subject]
    differing = [list(compare(*played)) for played in zip(cases, expected, got, strict=True)]
    show(cases, differing, known)
    news = sum(any(field(difference) not in known for difference in found) for found in differing)
    requests = sum(len(page) for pages in expected for page in pages)
    sys.stdout.write(
        f"{options.subject}, seed {options.seed}, {requests} requests of the real agent, "
        f"{time.monotonic() - began:.0f} s, {sum(map(bool, differing)) - news} agree but for what is known\n"
        f"{len(cases) - news} agree, {news} differ\n"
    )
    return min(news, 1)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agent", type=Path, required=True, help="a copy of the package @pendo/agent")
    parser.add_argument("--subject", choices=SUBJECTS, default="agent", help="what is compared with it")
    parser.add_argument("--random", type=int, default=500, help="how many random sequences besides those by hand")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only sequences with this in their id")
    return parser.parse_args()


def uses(case: Case, options: Iterable[str]) -> bool:
    """Tell whether any of some options is set, or even made up, in a case."""
    text = json.dumps(case)
    return any(f'"{option}"' in text for option in options)


def show(cases: Sequence[Case], differing: Sequence[Sequence[Difference]], known: Mapping[str, str]) -> None:
    """Show what differs field by field, each with the smallest sequence where it does."""
    found: dict[str, list[tuple[Case, Difference]]] = defaultdict(list)
    for case, differences in zip(cases, differing, strict=True):
        for name, difference in {field(difference): difference for difference in reversed(differences)}.items():
            found[name].append((case, difference))
    for name, where in sorted(found.items(), key=lambda item: (item[0] in known, -len(item[1]))):
        case, difference = min(where, key=lambda one: len(json.dumps(one[0])))
        sys.stdout.write(f"{len(where):4} {name}  {known.get(name, '')}\n")
        if name not in known:
            sys.stdout.write(f"     {json.dumps(case)[:SHOWN]}\n     {difference.path}\n")
            sys.stdout.write(f"     real {str(difference.expected)[:SHOWN]}\n     ours {str(difference.got)[:SHOWN]}\n")


if __name__ == "__main__":
    sys.exit(main())
