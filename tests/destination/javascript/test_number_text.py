"""Numbers are written as JavaScript writes them: ECMA-262 makes the text of the shortest decimal digits."""

import math
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pendo_contracts.common.javascript_numbers import SAFE_INTEGER, number_text


def reference_text(number):
    """Write a finite number other than 0 step by step as ECMA-262's Number::toString does."""
    sign, digits, exponent = Decimal(repr(float(number))).normalize().as_tuple()
    text, point = "".join(map(str, digits)), len(digits) + exponent
    if 0 < point <= 21:
        text = text.ljust(point, "0")
        text = f"{text[:point]}.{text[point:]}" if len(text) > point else text
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{text}"
    else:
        mantissa = f"{text[0]}.{text[1:]}" if len(text) > 1 else text
        text = f"{mantissa}e{point - 1:+d}"
    return "-" * sign + text


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
PRICES = st.decimals(-(10**8), 10**8, places=2).map(float)
POWERS = st.integers(-30, 30).map(lambda exponent: 10.0**exponent)


@given((FLOATS | PRICES | POWERS | st.integers(-(10**30), 10**30)).filter(bool))
def test_number_text_follows_ecma_262(number):
    expected = str(number) if isinstance(number, int) and abs(number) <= SAFE_INTEGER else reference_text(number)
    assert number_text(number) == expected


def test_numbers_without_digits_have_their_names():
    assert [number_text(number) for number in (0, 0.0, -0.0, math.nan, math.inf, -math.inf, 10**400)] == [
        *("0", "0", "0"),
        *("NaN", "Infinity", "-Infinity", "Infinity"),
    ]
