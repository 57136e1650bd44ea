"""Draws the delay of a slow answer from a distribution."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# In seconds: the longest delay of the contract `fault`.
MAX_DELAY: Final = 600.0
# The members of a fault that describe the distribution of its delay.
MODIFIERS: Final = ("delay_distribution", "delay_spread")

# Each function takes the source of random numbers, `delay` and `delay_spread`.
_DISTRIBUTIONS: Final[Mapping[str, Callable[[Random, float, float], float]]] = {
    "uniform": lambda random, middle, spread: random.uniform(middle - spread, middle + spread),
    "normal": lambda random, mean, deviation: random.gauss(mean, deviation),
    "lognormal": lambda random, median, sigma: median * random.lognormvariate(0, sigma),
}


def draw_delay(effects: Mapping[str, Any], seed: int, number: int) -> float:
    """Return the delay in seconds, from 0 to MAX_DELAY, of the matching request with this number, counted from 0.

    `effects` are the members of a fault with a distribution. The same seed and number give the same delay.
    """
    random = Random(f"{seed}/{number}/delay")  # noqa: S311 - repeatable, no secret
    drawn = _DISTRIBUTIONS[effects["delay_distribution"]](random, effects["delay"], effects["delay_spread"])
    return min(max(drawn, 0.0), MAX_DELAY)
