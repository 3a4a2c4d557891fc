"""Galois fields GF(p**k) of small order: elements are the integers below it, added and multiplied by table look-up.

An element's digits to base p are the coefficients of a polynomial, which is reduced by an irreducible one of degree k.
"""

from collections.abc import Sequence
from functools import cache
from itertools import product


def prime_power(number: int) -> tuple[int, int] | None:
    """(p, k) with number = p**k and p prime; None if there is none."""
    if number < 2:  # noqa: PLR2004 - the first prime
        return None
    prime = next((divisor for divisor in range(2, int(number**0.5) + 1) if number % divisor == 0), number)
    power = 0
    while number % prime == 0:
        number //= prime
        power += 1
    return (prime, power) if number == 1 else None


class GaloisField:
    """GF(order); the order is a prime power."""

    def __init__(self, order: int) -> None:
        """
        Raises:
            ValueError: the order is no prime power.
        """
        found = prime_power(order)
        if found is None:
            raise ValueError(f"{order} is no prime power")
        self.order = order
        self._prime, self._power = found
        self._modulus = _irreducible(*found) if self._power > 1 else ()

    def line(self, slope: int, offset: int, place: int) -> int:
        """slope * place + offset."""
        if self._power == 1:
            return (slope * place + offset) % self.order
        digits = zip(self._digits(self._times(slope, place)), self._digits(offset), strict=True)
        return self._number([(a + b) % self._prime for a, b in digits])

    def _times(self, a: int, b: int) -> int:
        result = _multiply(self._digits(a), self._digits(b), self._prime)
        return self._number(_remainder(result, self._modulus, self._prime))

    def _digits(self, element: int) -> list[int]:
        digits = []
        for _ in range(self._power):
            element, digit = divmod(element, self._prime)
            digits.append(digit)
        return digits

    def _number(self, digits: Sequence[int]) -> int:
        number = 0
        for digit in reversed(digits):
            number = number * self._prime + digit
        return number


def _multiply(a: Sequence[int], b: Sequence[int], prime: int) -> list[int]:
    result = [0] * (len(a) + len(b) - 1)
    for place, digit in enumerate(a):
        for other, factor in enumerate(b):
            result[place + other] = (result[place + other] + digit * factor) % prime
    return result


def _remainder(digits: Sequence[int], modulus: Sequence[int], prime: int) -> list[int]:
    """Of a division by a polynomial with leading coefficient 1; lowest coefficient first."""
    rest = list(digits)
    degree = len(modulus) - 1
    for top in range(len(rest) - 1, degree - 1, -1):
        factor = rest[top]
        for place, digit in enumerate(modulus):
            rest[top - degree + place] = (rest[top - degree + place] - factor * digit) % prime
    return rest[:degree]


@cache
def _irreducible(prime: int, degree: int) -> tuple[int, ...]:
    """The first polynomial of this degree that none of at most half the degree divides."""
    for lower in product(range(prime), repeat=degree):
        candidate = (*lower, 1)
        divisors = ((*tail, 1) for size in range(1, degree // 2 + 1) for tail in product(range(prime), repeat=size))
        if all(any(_remainder(candidate, divisor, prime)) for divisor in divisors):
            return candidate
    raise AssertionError("there is one of every degree")
